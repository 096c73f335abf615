package dev.switchgear.importer;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a client of the other gateway was allowed, as the `limits` of ours. Pure functions.
///
/// A client cannot be carried itself: its key would have to be copied. So what it was allowed stands
/// beside the command that makes its new key, ready to be added to the line that this prints.
final class ClientNotes {
    /// How often an allowance begins anew, as far as we have that too.
    enum Every {
        SECOND,
        MINUTE,
        DAY,
        MONTH
    }

    /// @param setting such as `tokens-per-minute`
    record Limit(String setting, String yaml) {}

    private ClientNotes() {}

    /// LiteLLM writes `30d`, `24h`, `60s`, `1mo`; Bifrost `1M` for a month and `1m` for a minute.
    static Optional<Every> every(String duration) {
        return switch (duration.strip()) {
            case "1s" -> Optional.of(Every.SECOND);
            case "1m", "60s" -> Optional.of(Every.MINUTE);
            case "1d", "24h", "1440m", "86400s", "daily" -> Optional.of(Every.DAY);
            case "1M", "1mo", "30d", "31d", "720h", "monthly" -> Optional.of(Every.MONTH);
            default -> Optional.empty();
        };
    }

    /// US dollars in a day or a month.
    static Optional<Limit> spend(ImportPart most, String duration) {
        Optional<String> yaml =
                Values.number(most)
                        .filter(number ->
                                number.compareTo(new BigDecimal("0.000001")) >= 0
                                        && number.compareTo(BigDecimal.valueOf(1_000_000_000)) <= 0)
                        .map(Values::plain);
        return every(duration)
                .flatMap(every ->
                        switch (every) {
                            case SECOND, MINUTE -> Optional.empty();
                            case DAY -> yaml.map(text -> new Limit("spend-per-day", text));
                            case MONTH -> yaml.map(text -> new Limit("spend-per-month", text));
                        });
    }

    static Optional<Limit> requests(ImportPart most, String duration) {
        return every(duration)
                .flatMap(every ->
                        switch (every) {
                            case SECOND -> whole(most, "requests-per-second", 1_000_000L);
                            case MINUTE -> whole(most, "requests-per-minute", 1_000_000_000L);
                            case DAY -> whole(most, "requests-per-day", 1_000_000_000L);
                            case MONTH -> Optional.empty();
                        });
    }

    static Optional<Limit> tokens(ImportPart most, String duration) {
        return every(duration)
                .flatMap(every ->
                        switch (every) {
                            case MINUTE -> whole(most, "tokens-per-minute", 1_000_000_000_000L);
                            case DAY -> whole(most, "tokens-per-day", 1_000_000_000_000L);
                            case SECOND, MONTH -> Optional.empty();
                        });
    }

    private static Optional<Limit> whole(ImportPart most, String setting, long max) {
        return Values.number(most)
                .filter(number ->
                        number.signum() > 0
                                && number.stripTrailingZeros().scale() <= 0
                                && number.compareTo(BigDecimal.valueOf(max)) <= 0)
                .map(number -> new Limit(setting, number.toBigInteger().toString()));
    }

    /// What LiteLLM says of keys: `rpm_limit`, `tpm_limit`, `max_budget` with `budget_duration`,
    /// `max_parallel_requests`.
    static List<Limit> ofLiteLlm(ImportPart key) {
        var limits = new ArrayList<Limit>();
        Values.at(key, "rpm_limit").flatMap(part -> requests(part, "1m")).ifPresent(limits::add);
        Values.at(key, "tpm_limit").flatMap(part -> tokens(part, "1m")).ifPresent(limits::add);
        String duration = Values.text(key, "budget_duration").orElse("");
        Values.at(key, "max_budget").flatMap(part -> spend(part, duration)).ifPresent(limits::add);
        Values.at(key, "max_parallel_requests")
                .flatMap(part -> whole(part, "concurrent", 1_000_000L))
                .ifPresent(limits::add);
        return limits;
    }

    /// What Bifrost says of a virtual key, or of what the key refers to or is referred to by.
    static List<Limit> ofBifrost(ImportPart governance, ImportPart key) {
        var limits = new ArrayList<Limit>();
        String id = Values.text(key, "id").orElse("");
        for (ImportPart rate : listed(governance, "rate_limits")) {
            if (about(rate, key, "rate_limit_id", id)) {
                rates(rate, limits);
            }
        }
        Values.at(key, "rate_limit").ifPresent(rate -> rates(rate, limits));
        for (ImportPart budget : listed(governance, "budgets")) {
            if (about(budget, key, "budget_id", id)) {
                budget(budget, limits);
            }
        }
        Values.at(key, "budget").ifPresent(budget -> budget(budget, limits));
        listed(key, "budgets").forEach(budget -> budget(budget, limits));
        return limits.stream().distinct().toList();
    }

    private static List<ImportPart> listed(ImportPart part, String name) {
        return Values.at(part, name).map(Values::items).orElse(List.of());
    }

    private static boolean about(ImportPart part, ImportPart key, String reference, String keyId) {
        Optional<String> own = Values.text(part, "id");
        boolean referred = own.isPresent() && own.equals(Values.text(key, reference));
        return referred
                || (!keyId.isEmpty()
                        && Values.text(part, "virtual_key_id").equals(Optional.of(keyId)));
    }

    private static void rates(ImportPart rate, List<Limit> limits) {
        Values.at(rate, "request_max_limit")
                .flatMap(most ->
                        requests(most, Values.text(rate, "request_reset_duration").orElse("")))
                .ifPresent(limits::add);
        Values.at(rate, "token_max_limit")
                .flatMap(most -> tokens(most, Values.text(rate, "token_reset_duration").orElse("")))
                .ifPresent(limits::add);
    }

    private static void budget(ImportPart budget, List<Limit> limits) {
        Values.at(budget, "max_limit")
                .flatMap(most -> spend(most, Values.text(budget, "reset_duration").orElse("")))
                .ifPresent(limits::add);
    }

    /// `limits: { requests-per-minute: 60, spend-per-month: 500 }`; empty where there are none.
    static Optional<String> line(List<Limit> limits) {
        return limits.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "limits: { "
                                + String.join(
                                        ", ",
                                        limits.stream()
                                                .map(limit -> limit.setting() + ": " + limit.yaml())
                                                .toList())
                                + " }");
    }
}
