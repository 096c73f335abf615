package dev.switchgear.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/// Turns the samples of a run into Markdown tables (standard output) and JSON (a file). Medians and
/// ranges are over the rounds; a ratio is taken within a round, then its median over the rounds.
final class Report {
    private static final String PEER = "nginx";
    private static final String OURS = "switchgear";

    /// One figure of one contender in one round.
    record Sample(String scenario, int round, String contender, String metric, double value) {}

    /// One column of a table: the median of a metric, and its range.
    ///
    /// @param ratio whether the ratio to nginx is shown beside it
    private record Column(String metric, String title, int decimals, boolean ratio) {}

    private record Table(String scenario, String title, List<Column> columns) {}

    private static final List<Column> REQUESTS =
            List.of(
                    new Column("rps", "requests/s", 0, true),
                    new Column("cpu_us", "CPU µs/request", 1, true),
                    new Column("p50_us", "p50 µs", 0, false),
                    new Column("p99_us", "p99 µs", 0, false),
                    new Column("rss_mb", "RSS MB", 0, false),
                    new Column("errors", "errors", 0, false));

    private static final List<Column> CHUNKS =
            List.of(
                    new Column("chunks_per_s", "chunks/s", 0, true),
                    new Column("cpu_us", "CPU µs/chunk", 1, true),
                    new Column("late_p50_ms", "late p50 ms", 2, false),
                    new Column("late_p99_ms", "late p99 ms", 2, false),
                    new Column("rss_mb", "RSS MB", 0, false),
                    new Column("errors", "errors", 0, false));

    private static final List<Column> FAILING =
            List.of(
                    new Column("answered_percent", "answered %", 2, false),
                    new Column("p50_us", "p50 µs", 0, false),
                    new Column("p99_us", "p99 µs", 0, false),
                    new Column("max_us", "max µs", 0, false),
                    new Column("cpu_us", "CPU µs/answer", 1, true),
                    new Column("to_failing_percent", "asked the failing one %", 2, false),
                    new Column("errors", "errors", 0, false));

    private static final List<Column> FLAT =
            List.of(
                    new Column("cpu_us", "CPU µs/request", 1, true),
                    new Column("rps", "requests/s", 0, true),
                    new Column("p99_us", "p99 µs", 0, false),
                    new Column("ready_s", "ready s", 2, false),
                    new Column("ready_rss_mb", "RSS MB then", 0, false),
                    new Column("rss_mb", "RSS MB under load", 0, false),
                    new Column("errors", "errors", 0, false));

    /// What `sizes` asks, by scenario.
    private static final Map<String, List<Integer>> SIZES =
            Map.of(
                    "messages",
                    List.of(2, 20, 200, 2_000),
                    "bytes",
                    List.of(1_048_576, 5_242_880, 20_971_520));

    private static final List<Table> TABLES =
            List.of(
                    new Table("plain", "Plain requests, as many as it can", REQUESTS),
                    new Table("prompt8k", "Prompts of 8 KiB, as many as it can", REQUESTS),
                    new Table("prompt100k", "Prompts of 100 KiB, as many as it can", REQUESTS),
                    new Table("translated", "Messages before an OpenAI upstream, plain", REQUESTS),
                    new Table("stream", "Streams of 50 chunks, one after the other", CHUNKS),
                    new Table(
                            "translated-stream",
                            "Messages before an OpenAI upstream, streams of 50 chunks",
                            CHUNKS),
                    new Table(
                            "latency",
                            "Latency at a fixed rate",
                            List.of(
                                    new Column("p50_us", "p50 µs", 0, false),
                                    new Column("added_p50_us", "added p50 µs", 0, true),
                                    new Column("p99_us", "p99 µs", 0, true),
                                    new Column("added_p99_us", "added p99 µs", 0, true),
                                    new Column("p999_us", "p99.9 µs", 0, false),
                                    new Column("cpu_us", "CPU µs/request", 1, true),
                                    new Column("errors", "errors", 0, false))),
                    new Table(
                            "streams",
                            "Many slow streams at once",
                            List.of(
                                    new Column("alive", "alive", 0, false),
                                    new Column("receiving", "receiving", 0, false),
                                    new Column("late_p50_ms", "late p50 ms", 1, false),
                                    new Column("late_p99_ms", "late p99 ms", 1, false),
                                    new Column("gap_p99_ms", "gap p99 ms", 0, false),
                                    new Column("rss_mb", "RSS median MB", 0, true),
                                    new Column("rss_peak_mb", "RSS peak MB", 0, true),
                                    new Column("cpu_percent", "CPU %", 1, true),
                                    new Column("errors", "errors", 0, false))),
                    new Table("failing", "One of two upstreams always answers 500", FAILING),
                    new Table("blackhole", "One of two upstreams never answers", FAILING),
                    new Table(
                            "cold",
                            "After the start, under full load from the first moment",
                            List.of(
                                    new Column("first_10s_us", "first 10 s, CPU µs", 1, false),
                                    new Column("first_10s_x", "x steady", 2, false),
                                    new Column("first_minute_us", "first minute", 1, false),
                                    new Column("first_minute_x", "x steady", 2, false),
                                    new Column("after_5_us", "after 5 minutes", 1, false),
                                    new Column("after_5_x", "x steady", 2, false),
                                    new Column("steady_us", "steady", 1, false),
                                    new Column("errors", "errors", 0, false))),
                    new Table("flat-routes", "1 and 10,000 routes", FLAT),
                    new Table("flat-keys", "1 and 100,000 keys of clients", FLAT),
                    new Table("flat-upstreams", "1 and 200 upstreams", FLAT),
                    new Table("flat-targets", "1 and 64 targets of one route", FLAT),
                    new Table("flat-prices", "1 and 1,000 prices", FLAT),
                    new Table("flat-history", "Fresh, and after a while under full load", FLAT),
                    new Table("messages", "Conversations, CPU µs/request", sizes("messages", "")),
                    new Table("bytes", "Bodies, CPU µs/request", sizes("bytes", " bytes")));

    /// What each size costs, and each message or byte more from one size to the next: the same all along
    /// where cost is linear.
    private static List<Column> sizes(String scenario, String unit) {
        var columns = new ArrayList<Column>();
        int before = 0;
        for (int size : SIZES.getOrDefault(scenario, List.of())) {
            columns.add(new Column("at_" + size + "_us", number(size, 0) + unit, 1, false));
            if (before > 0) {
                columns.add(new Column(slope(before, size), "ns each more", 3, false));
            }
            before = size;
        }
        columns.add(new Column("rss_peak_mb", "RSS peak MB", 0, false));
        return columns;
    }

    private static String slope(int from, int to) {
        return "slope_" + from + "_" + to;
    }

    private final List<Sample> samples;

    Report(List<Sample> samples) {
        this.samples = new ArrayList<>(samples);
        this.samples.addAll(added(samples));
        this.samples.addAll(coldness(samples));
        this.samples.addAll(slopes(samples));
    }

    static void main(String[] args) throws IOException {
        var options = Options.of(Set.of("samples", "setup", "json"), args);
        Map<String, String> setup = setup(Path.of(options.text("setup")));
        var samples = new ArrayList<Sample>();
        for (String line : Files.readAllLines(Path.of(options.text("samples")))) {
            samples.add(sample(line));
        }
        var report = new Report(samples);
        Files.writeString(Path.of(options.text("json")), report.json(setup));
        System.out.print(report.markdown(setup));
    }

    /// Reads `scenario round contender metric value`, parted by tabs.
    static Sample sample(String line) {
        String[] parts = line.split("\t", -1);
        if (parts.length != 5) {
            throw new IllegalArgumentException("not a sample: " + line);
        }
        return new Sample(
                parts[0],
                Integer.parseInt(parts[1]),
                parts[2],
                parts[3],
                Double.parseDouble(parts[4]));
    }

    private static Map<String, String> setup(Path file) throws IOException {
        var setup = new LinkedHashMap<String, String>();
        for (String line : Files.readAllLines(file)) {
            int tab = line.indexOf('\t');
            setup.put(line.substring(0, tab), line.substring(tab + 1));
        }
        return setup;
    }

    /// What each contender adds to the direct way, round by round.
    private static List<Sample> added(List<Sample> samples) {
        var added = new ArrayList<Sample>();
        for (Sample direct : samples) {
            boolean base = direct.metric().equals("p50_us") || direct.metric().equals("p99_us");
            if (direct.scenario().equals("latency")
                    && direct.contender().equals("direct")
                    && base) {
                for (Sample sample : samples) {
                    if (sample.scenario().equals("latency")
                            && sample.round() == direct.round()
                            && sample.metric().equals(direct.metric())
                            && !sample.contender().equals("direct")) {
                        added.add(
                                new Sample(
                                        sample.scenario(),
                                        sample.round(),
                                        sample.contender(),
                                        "added_" + sample.metric(),
                                        sample.value() - direct.value()));
                    }
                }
            }
        }
        return added;
    }

    /// What each stretch after the start costs, held against the steady state of the same process.
    private static List<Sample> coldness(List<Sample> samples) {
        var coldness = new ArrayList<Sample>();
        for (Sample steady : samples) {
            if (steady.scenario().equals("cold") && steady.metric().equals("steady_us")) {
                for (Sample sample : samples) {
                    if (sample.scenario().equals("cold")
                            && sample.round() == steady.round()
                            && sample.contender().equals(steady.contender())
                            && sample.metric().endsWith("_us")
                            && steady.value() > 0) {
                        coldness.add(
                                new Sample(
                                        "cold",
                                        sample.round(),
                                        sample.contender(),
                                        sample.metric().replaceAll("_us$", "_x"),
                                        sample.value() / steady.value()));
                    }
                }
            }
        }
        return coldness;
    }

    private static List<Sample> slopes(List<Sample> samples) {
        var slopes = new ArrayList<Sample>();
        SIZES.forEach((scenario, sizes) -> {
            for (int i = 1; i < sizes.size(); i++) {
                int from = sizes.get(i - 1);
                int to = sizes.get(i);
                for (Sample less : samples) {
                    samples.stream()
                            .filter(more ->
                                    less.scenario().equals(scenario)
                                            && less.metric().equals("at_" + from + "_us")
                                            && more.metric().equals("at_" + to + "_us")
                                            && more.scenario().equals(scenario)
                                            && more.round() == less.round()
                                            && more.contender().equals(less.contender()))
                            .map(more ->
                                    new Sample(
                                            scenario,
                                            less.round(),
                                            less.contender(),
                                            slope(from, to),
                                            (more.value() - less.value()) * 1_000 / (to - from)))
                            .forEach(slopes::add);
                }
            }
        });
        return slopes;
    }

    /// Whom the others of a table are held against: nginx, or what has one of what another has many of.
    private static String base(String scenario) {
        return scenario.startsWith("flat-")
                ? OURS + "@" + scenario.substring("flat-".length()) + "-one"
                : PEER;
    }

    String markdown(Map<String, String> setup) {
        var out = new StringBuilder("# Benchmark run\n\n");
        setup.forEach((name, value) ->
                out.append("- ").append(name).append(": ").append(value).append('\n'));
        for (Table table : TABLES) {
            Set<String> contenders = contenders(table.scenario());
            if (!contenders.isEmpty()) {
                append(out, table, contenders);
            }
        }
        List<String> reached = targets();
        if (!reached.isEmpty()) {
            out.append(
                    "\n## Figures to reach\n\n| Figure | Reach | Measured | |\n|---|---|---|---|\n");
            reached.forEach(line -> out.append(line).append('\n'));
        }
        return out.toString();
    }

    private void append(StringBuilder out, Table table, Set<String> contenders) {
        out.append("\n## ").append(table.title()).append("\n\n| |");
        for (Column column : table.columns()) {
            out.append(' ').append(column.title()).append(" |");
            if (column.ratio()) {
                out.append(" x ").append(base(table.scenario())).append(" |");
            }
        }
        out.append("\n|---|");
        for (Column column : table.columns()) {
            out.append(column.ratio() ? "--:|--:|" : "--:|");
        }
        out.append('\n');
        for (String contender : contenders) {
            out.append("| ").append(contender).append(" |");
            for (Column column : table.columns()) {
                out.append(' ').append(cell(table.scenario(), contender, column)).append(" |");
                if (column.ratio()) {
                    OptionalDouble ratio =
                            ratio(
                                    table.scenario(),
                                    contender,
                                    column.metric(),
                                    base(table.scenario()));
                    out.append(' ').append(text(ratio, 2)).append(" |");
                }
            }
            out.append('\n');
        }
    }

    private String cell(String scenario, String contender, Column column) {
        double[] values = values(scenario, contender, column.metric());
        if (values.length == 0) {
            return "–";
        }
        String middle = number(median(values), column.decimals());
        if (values.length == 1) {
            return middle;
        }
        double least = Arrays.stream(values).min().orElseThrow();
        double most = Arrays.stream(values).max().orElseThrow();
        String range = number(least, column.decimals()) + "–" + number(most, column.decimals());
        return middle + " (" + range + ")";
    }

    /// The figures the project set itself; only those this run can judge.
    private List<String> targets() {
        var lines = new ArrayList<String>();
        most(lines, "CPU per plain request, x nginx", 1.5, ratio("plain", OURS, "cpu_us", PEER));
        most(lines, "CPU per streamed chunk, x nginx", 1.5, ratio("stream", OURS, "cpu_us", PEER));
        most(
                lines,
                "CPU per translated request, x nginx",
                1.8,
                ratio("translated", OURS, "cpu_us", PEER));
        most(lines, "added p99, x nginx", 1.3, ratio("latency", OURS, "added_p99_us", PEER));
        for (String peer : contenders("plain")) {
            if (!List.of("direct", PEER, OURS, "translated", "before").contains(peer)) {
                most(
                        lines,
                        "CPU per plain request, x " + peer,
                        1,
                        ratio("plain", OURS, "cpu_us", peer));
                most(
                        lines,
                        "CPU per streamed chunk, x " + peer,
                        1,
                        ratio("stream", OURS, "cpu_us", peer));
            }
        }
        most(lines, "CPU of the first 10 s, x steady", 2, medianOf("cold", OURS, "first_10s_x"));
        most(
                lines,
                "CPU of the first minute, x steady",
                1.3,
                medianOf("cold", OURS, "first_minute_x"));
        most(lines, "CPU after 5 minutes, x steady", 1.05, medianOf("cold", OURS, "after_5_x"));
        for (String what : List.of("routes", "keys", "upstreams", "targets", "prices", "history")) {
            String scenario = "flat-" + what;
            most(
                    lines,
                    "CPU with many " + what + ", x one",
                    1.1,
                    ratio(scenario, OURS + "@" + what + "-many", "cpu_us", base(scenario)));
        }
        OptionalDouble asked = medianOf("streams", OURS, "asked");
        if (asked.isPresent()) {
            double all = asked.getAsDouble();
            least(lines, "streams receiving", all, medianOf("streams", OURS, "receiving"));
            most(lines, "RSS peak with them, MB", 400, medianOf("streams", OURS, "rss_peak_mb"));
        }
        return lines;
    }

    private static void most(List<String> lines, String what, double reach, OptionalDouble value) {
        value.ifPresent(
                v -> lines.add(target(what, "≤ " + number(reach, 2), number(v, 2), v <= reach)));
    }

    private static void least(List<String> lines, String what, double reach, OptionalDouble value) {
        value.ifPresent(
                v -> lines.add(target(what, "≥ " + number(reach, 0), number(v, 2), v >= reach)));
    }

    private static String target(String what, String reach, String value, boolean reached) {
        return "| %s | %s | %s | %s |".formatted(what, reach, value, reached ? "yes" : "**no**");
    }

    private String json(Map<String, String> setup) {
        var json = new LinkedHashMap<String, Object>();
        json.put("setup", setup);
        json.put("samples", samples);
        return JsonMapper.builder()
                .build()
                .writerWithDefaultPrettyPrinter()
                .writeValueAsString(json);
    }

    private Set<String> contenders(String scenario) {
        return samples.stream()
                .filter(sample -> sample.scenario().equals(scenario))
                .map(Sample::contender)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private double[] values(String scenario, String contender, String metric) {
        return byRound(scenario, contender, metric).values().stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
    }

    private Map<Integer, Double> byRound(String scenario, String contender, String metric) {
        var values = new LinkedHashMap<Integer, Double>();
        for (Sample sample : samples) {
            if (sample.scenario().equals(scenario)
                    && sample.contender().equals(contender)
                    && sample.metric().equals(metric)) {
                values.put(sample.round(), sample.value());
            }
        }
        return values;
    }

    private OptionalDouble medianOf(String scenario, String contender, String metric) {
        double[] values = values(scenario, contender, metric);
        return values.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(median(values));
    }

    /// The median over the rounds of `contender` / `other`; empty where a round has not both.
    OptionalDouble ratio(String scenario, String contender, String metric, String other) {
        Map<Integer, Double> others = byRound(scenario, other, metric);
        double[] ratios =
                byRound(scenario, contender, metric).entrySet().stream()
                        .filter(entry -> others.getOrDefault(entry.getKey(), 0.0) > 0)
                        .mapToDouble(entry ->
                                entry.getValue() / others.getOrDefault(entry.getKey(), 0.0))
                        .toArray();
        return ratios.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(median(ratios));
    }

    /// Of an even count the mean of the two in the middle. `values` holds one or more.
    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static String text(OptionalDouble value, int decimals) {
        return value.isPresent() ? number(value.getAsDouble(), decimals) : "–";
    }

    private static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
