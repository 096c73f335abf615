package dev.switchgear.simulator.mind;

import java.util.random.RandomGenerator;

/// Makes a text that a regular expression accepts. Understood: literals, `.`, `\d \w \s`, classes,
/// groups, alternation, and `? * + {m,n}`; look-around and back-references are not.
final class PatternExample {
    private static final int REPEATS_MAX = 1000;

    private final String pattern;
    private final RandomGenerator random;
    private int at;

    private PatternExample(String pattern, RandomGenerator random) {
        this.pattern = pattern;
        this.random = random;
    }

    static String of(String pattern, RandomGenerator random) {
        return new PatternExample(pattern, random).alternatives();
    }

    /// Reads alternatives up to a closing parenthesis or the end, and keeps the first.
    private String alternatives() {
        String first = sequence();
        while (at < pattern.length() && pattern.charAt(at) == '|') {
            at++;
            sequence();
        }
        return first;
    }

    private String sequence() {
        var text = new StringBuilder();
        while (at < pattern.length() && pattern.charAt(at) != '|' && pattern.charAt(at) != ')') {
            int begin = at;
            String once = atom();
            int end = at;
            int times = quantifier();
            for (int i = 0; i < times && text.length() < REPEATS_MAX * 4; i++) {
                if (i == 0) {
                    text.append(once);
                } else {
                    int after = at;
                    at = begin;
                    text.append(atom());
                    at = Math.max(after, end);
                }
            }
        }
        return text.toString();
    }

    private String atom() {
        char next = pattern.charAt(at++);
        return switch (next) {
            case '^', '$' -> "";
            case '.' -> "x";
            case '(' -> group();
            case '[' -> oneOf();
            case '\\' -> at < pattern.length() ? escaped(pattern.charAt(at++)) : "";
            default -> String.valueOf(next);
        };
    }

    private String group() {
        if (pattern.startsWith("?:", at)) {
            at += 2;
        } else if (pattern.startsWith("?<", at)) {
            at = pattern.indexOf('>', at) + 1;
        }
        String text = alternatives();
        at = Math.min(pattern.length(), at + 1);
        return text;
    }

    private String escaped(char letter) {
        return switch (letter) {
            case 'd' -> String.valueOf((char) ('0' + random.nextInt(10)));
            case 'w' -> String.valueOf((char) ('a' + random.nextInt(26)));
            case 's' -> " ";
            case 'D', 'S' -> "x";
            case 'W' -> "-";
            case 'n' -> "\n";
            case 't' -> "\t";
            case 'b', 'B', 'A', 'z', 'Z' -> "";
            default -> String.valueOf(letter);
        };
    }

    private String oneOf() {
        boolean negated = at < pattern.length() && pattern.charAt(at) == '^';
        if (negated) {
            at++;
        }
        var members = new StringBuilder();
        boolean first = true;
        while (at < pattern.length() && (first || pattern.charAt(at) != ']')) {
            first = false;
            char low = pattern.charAt(at++);
            if (low == '\\' && at < pattern.length()) {
                members.append(escaped(pattern.charAt(at++)));
            } else if (at + 1 < pattern.length()
                    && pattern.charAt(at) == '-'
                    && pattern.charAt(at + 1) != ']') {
                char high = pattern.charAt(at + 1);
                at += 2;
                members.append((char) (low + random.nextInt(Math.max(1, high - low + 1))));
            } else {
                members.append(low);
            }
        }
        at++;
        if (negated) {
            for (char candidate = 'a'; candidate <= 'z'; candidate++) {
                if (members.indexOf(String.valueOf(candidate)) < 0) {
                    return String.valueOf(candidate);
                }
            }
            return "0";
        }
        return members.isEmpty()
                ? ""
                : String.valueOf(members.charAt(random.nextInt(members.length())));
    }

    private int quantifier() {
        if (at >= pattern.length()) {
            return 1;
        }
        int times =
                switch (pattern.charAt(at)) {
                    case '?', '+' -> 1;
                    case '*' -> 0;
                    case '{' -> braces();
                    default -> -1;
                };
        if (times < 0) {
            return 1;
        }
        if (pattern.charAt(at) != '{') {
            at++;
        } else {
            at = pattern.indexOf('}', at) + 1;
        }
        if (at < pattern.length() && (pattern.charAt(at) == '?' || pattern.charAt(at) == '+')) {
            at++;
        }
        return times;
    }

    /// The least number in `{m}`, `{m,}` or `{m,n}`; -1 where the brace is a literal.
    private int braces() {
        int end = pattern.indexOf('}', at);
        String inside = end < 0 ? "" : pattern.substring(at + 1, end);
        if (!inside.matches("\\d{1,4}(,\\d{0,4})?")) {
            return -1;
        }
        return Math.min(REPEATS_MAX, Integer.parseInt(inside.split(",", -1)[0]));
    }
}
