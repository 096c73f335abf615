package dev.switchgear.importer;

import dev.switchgear.importer.ImportPart.Fields;
import dev.switchgear.importer.ImportPart.Items;
import dev.switchgear.importer.ImportPart.Kind;
import dev.switchgear.importer.ImportPart.Value;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Reads single values of a source, and writes numbers and times as our file has them. Pure functions.
final class Values {
    /// In seconds.
    static final long HOUR = 3600;

    /// In seconds.
    static final long DAY = 24 * HOUR;

    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

    /// How many seconds a whole call may take where our file says nothing.
    private static final BigDecimal TOTAL_USUAL = BigDecimal.valueOf(600);

    private Values() {}

    /// A field that is there and says something.
    static Optional<ImportPart> at(ImportPart part, String... names) {
        ImportPart here = part;
        for (String name : names) {
            Optional<ImportPart> next =
                    here instanceof Fields fields ? fields.at(name) : Optional.<ImportPart>empty();
            if (next.isEmpty()) {
                return Optional.empty();
            }
            here = next.get();
        }
        boolean nothing =
                here instanceof Value value
                        && (value.kind() == Kind.NOTHING || value.text().isEmpty());
        return nothing ? Optional.empty() : Optional.of(here);
    }

    static Optional<String> text(ImportPart part, String... names) {
        return at(part, names).flatMap(Values::text);
    }

    static Optional<String> text(ImportPart part) {
        return part instanceof Value value && value.kind() != Kind.NOTHING
                ? Optional.of(value.text())
                : Optional.empty();
    }

    /// A number, written as one or as text.
    static Optional<BigDecimal> number(ImportPart part) {
        return text(part)
                .filter(text ->
                        text.matches("-?[0-9]{1,15}([.][0-9]{1,15})?([eE][+-]?[0-9]{1,2})?"))
                .map(BigDecimal::new);
    }

    /// True or false, in any way that YAML 1.1 writes it.
    static Optional<Boolean> truth(ImportPart part) {
        return text(part)
                .flatMap(text ->
                        switch (text.toLowerCase(Locale.ROOT)) {
                            case "true", "yes", "on" -> Optional.of(true);
                            case "false", "no", "off" -> Optional.of(false);
                            default -> Optional.<Boolean>empty();
                        });
    }

    static List<ImportPart> items(ImportPart part) {
        return part instanceof Items items ? items.items() : List.of();
    }

    static List<ImportPart.Field> fields(ImportPart part) {
        return part instanceof Fields fields ? fields.fields() : List.of();
    }

    /// A whole number within bounds, in YAML; a reference stays one.
    static Optional<String> whole(ImportPart part, Names names, long min, long max) {
        Optional<String> variable = text(part).flatMap(names::variable);
        if (variable.isPresent()) {
            return variable.map(name -> YamlText.quoted(names.to(name)));
        }
        return number(part)
                .filter(number -> number.stripTrailingZeros().scale() <= 0)
                .filter(number ->
                        number.compareTo(BigDecimal.valueOf(min)) >= 0
                                && number.compareTo(BigDecimal.valueOf(max)) <= 0)
                .map(number -> number.toBigInteger().toString());
    }

    /// A time given in seconds, in YAML, at most `secondsMax`; a reference stays one.
    static Optional<String> seconds(ImportPart part, Names names, long secondsMax) {
        Optional<String> variable = text(part).flatMap(names::variable);
        if (variable.isPresent()) {
            return variable.map(name -> YamlText.quoted(names.to(name) + "s"));
        }
        return number(part).flatMap(number -> millis(number.multiply(THOUSAND), secondsMax));
    }

    /// A time in milliseconds, in YAML, at most `secondsMax`.
    static Optional<String> millis(BigDecimal number, long secondsMax) {
        long millis =
                number.setScale(0, RoundingMode.CEILING)
                        .min(BigDecimal.valueOf(secondsMax).multiply(THOUSAND))
                        .longValue();
        if (millis < 1) {
            return Optional.empty();
        }
        return Optional.of(millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms");
    }

    /// How long a whole call may take, in YAML, where one attempt may take this many seconds; empty where
    /// the usual time is enough.
    static Optional<String> total(ImportPart attempt) {
        return number(attempt)
                .filter(seconds -> seconds.compareTo(TOTAL_USUAL) > 0)
                .flatMap(seconds -> millis(seconds.add(TOTAL_USUAL).multiply(THOUSAND), DAY));
    }

    /// A weight or price as our file takes it: at most 6 digits behind the point.
    static String plain(BigDecimal number) {
        BigDecimal rounded = number.setScale(6, RoundingMode.HALF_UP).stripTrailingZeros();
        return rounded.signum() == 0 ? "0" : rounded.toPlainString();
    }
}
