package dev.switchgear.importer;

import dev.switchgear.importer.Accounts.Account;
import dev.switchgear.importer.Accounts.Traits;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the own settings of one of Bifrost's providers say about each of the providers that its keys
/// become.
///
/// @param keys that are in use
/// @param headers in YAML, by name
/// @param settlings to be run once one of ours has the headers
record BifrostShared(
        ImportPart part, int keys, Map<String, String> headers, List<Runnable> settlings) {
    private static final int SHARE_MAX = 1_000_000;

    Optional<ImportPart> network(String name) {
        return Values.at(part, "network_config", name);
    }

    Optional<ImportPart> room(String name) {
        return Values.at(part, "concurrency_and_buffer_size", name);
    }

    Traits traits(
            Vendor vendor,
            Optional<Address> base,
            List<String> models,
            Map<String, String> extra,
            String apart) {
        var settings = new LinkedHashMap<String, String>();
        share(room("concurrency"), 1).ifPresent(yaml -> settings.put("limits.concurrent", yaml));
        share(room("buffer_size"), 0).ifPresent(yaml -> settings.put("limits.queue", yaml));
        network("default_request_timeout_in_seconds")
                .flatMap(BifrostShared::time)
                .ifPresent(yaml -> {
                    settings.put("timeouts.head", yaml);
                    settings.put("timeouts.first-token", yaml);
                });
        network("default_request_timeout_in_seconds")
                .flatMap(Values::total)
                .ifPresent(yaml -> settings.put("timeouts.total", yaml));
        network("stream_idle_timeout_in_seconds")
                .flatMap(BifrostShared::time)
                .ifPresent(yaml -> settings.put("timeouts.idle", yaml));
        settings.putAll(extra);
        boolean elsewhere = vendor.kind().equals("openai") && base.isPresent();
        boolean itself = elsewhere && base.map(Address::host).orElse("").equals("api.openai.com");
        return new Traits(
                elsewhere && !itself ? Vendor.COMPATIBLE : vendor.kind(),
                itself ? Optional.empty() : base,
                settings,
                headers,
                models,
                apart);
    }

    /// A limit of the provider, as that of each of its keys.
    Optional<String> share(Optional<ImportPart> whole, int min) {
        return whole.flatMap(Values::number)
                .filter(number -> number.signum() > 0)
                .map(number ->
                        number.divide(
                                        BigDecimal.valueOf(Math.max(keys, 1)),
                                        0,
                                        RoundingMode.CEILING)
                                .max(BigDecimal.valueOf(min))
                                .min(BigDecimal.valueOf(SHARE_MAX)))
                .map(number -> number.toBigInteger().toString());
    }

    static Optional<String> time(ImportPart part) {
        return Values.number(part)
                .flatMap(seconds ->
                        Values.millis(seconds.multiply(BigDecimal.valueOf(1000)), Values.HOUR));
    }

    /// Settles them with the first provider of ours that has them.
    ///
    /// @param custom the kind of a provider that Bifrost does not know itself
    void settle(Account account, Optional<ImportPart> custom, Findings ledger) {
        String where = "providers." + account.id() + ".";
        settlings.forEach(Runnable::run);
        boolean guarded = account.traits().base().flatMap(Address::guarded).isPresent();
        String base = where + "base-url" + (guarded ? ", egress.allow-private" : "");
        network("base_url").ifPresent(part -> ledger.once(Fate.CHANGED, part, base));
        custom.ifPresent(part -> ledger.once(Fate.CHANGED, part, where + "kind"));
        Fate limited = keys > 1 ? Fate.CHANGED : Fate.CARRIED;
        String each = keys > 1 ? ", shared out among its keys" : "";
        room("concurrency")
                .filter(part -> share(Optional.of(part), 1).isPresent())
                .ifPresent(part -> ledger.once(limited, part, where + "limits.concurrent" + each));
        room("buffer_size")
                .filter(part -> share(Optional.of(part), 0).isPresent())
                .ifPresent(part -> ledger.once(limited, part, where + "limits.queue" + each));
        network("default_request_timeout_in_seconds")
                .filter(part -> time(part).isPresent())
                .ifPresent(part ->
                        ledger.once(
                                Fate.CHANGED,
                                part,
                                where
                                        + "timeouts.head: how long one attempt may take until its"
                                        + " answer begins"));
        network("stream_idle_timeout_in_seconds")
                .filter(part -> time(part).isPresent())
                .ifPresent(part -> ledger.once(Fate.CARRIED, part, where + "timeouts.idle"));
        if (account.traits().base().filter(address -> !address.known()).isPresent()) {
            ledger.remark(
                    "A base-url comes from the environment. If it is a private address or plain"
                            + " http, name its host:port under egress.allow-private.");
        }
    }
}
