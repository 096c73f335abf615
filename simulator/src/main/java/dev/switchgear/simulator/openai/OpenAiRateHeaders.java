package dev.switchgear.simulator.openai;

import dev.switchgear.core.time.Time;
import dev.switchgear.simulator.answer.ApiErrorException;
import dev.switchgear.simulator.http.Header;
import dev.switchgear.simulator.limit.Meter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// What a flavour tells about its rate limits.
final class OpenAiRateHeaders {
    private final Flavour flavour;
    private final Time time;

    OpenAiRateHeaders(Flavour flavour, Time time) {
        this.flavour = flavour;
        this.time = time;
    }

    /// Adds what an answer tells that was admitted.
    void add(Meter meter, Meter.Reading reading, List<Header> headers) {
        switch (flavour.rates()) {
            case ALWAYS, NO_RESET -> {
                add(headers, "x-ratelimit-limit-requests", meter.limits().requests());
                add(headers, "x-ratelimit-limit-tokens", meter.limits().tokens());
                add(headers, "x-ratelimit-remaining-requests", reading.requestsLeft());
                add(headers, "x-ratelimit-remaining-tokens", reading.tokensLeft());
                if (flavour.rates() == Flavour.Rates.ALWAYS) {
                    add(headers, "x-ratelimit-reset-requests", goDuration(reading.requestsReset()));
                    add(headers, "x-ratelimit-reset-tokens", goDuration(reading.tokensReset()));
                }
            }
            case WHEN_REACHED, NEVER -> {
                // Nothing while there is room.
            }
        }
    }

    /// Adds what a refusal tells, and words it.
    ApiErrorException reached(
            String model, Meter meter, Meter.Reading reading, List<Header> headers) {
        add(meter, reading, headers);
        long millis = reading.delay().toMillis();
        if (flavour.rates() == Flavour.Rates.WHEN_REACHED) {
            add(headers, "x-ratelimit-limit", meter.limits().requests());
            add(headers, "x-ratelimit-remaining", reading.requestsLeft());
            add(headers, "x-ratelimit-reset", time.instant().toEpochMilli() + millis);
        }
        if (flavour == Flavour.OPENAI || flavour == Flavour.OPENROUTER) {
            add(headers, "retry-after", Math.max(1, (millis + 999) / 1000));
        }
        boolean tokens = reading.byTokens();
        long most = tokens ? meter.limits().tokens() : meter.limits().requests();
        String words =
                switch (flavour) {
                    case OPENAI ->
                            "Rate limit reached for "
                                    + model
                                    + " in organization sim-org on "
                                    + (tokens ? "tokens per min (TPM)" : "requests per min (RPM)")
                                    + ": Limit "
                                    + most
                                    + ". Please try again in "
                                    + goDuration(reading.delay())
                                    + ". Visit https://platform.openai.com/account/rate-limits to"
                                    + " learn more.";
                    case OPENROUTER -> "Rate limit exceeded: limit_rpm/" + model;
                    case OLLAMA ->
                            "server busy, please try again.  maximum pending requests exceeded";
                    case XAI, DEEPSEEK, VLLM, LLAMA_CPP, LM_STUDIO ->
                            "Rate limit reached: " + most + " a minute. Please try again later.";
                };
        int status = flavour == Flavour.OLLAMA ? 503 : 429;
        return OpenAiErrorShapes.error(
                status,
                switch (flavour) {
                    case DEEPSEEK -> "rate_limit_error";
                    case OPENAI, XAI, OPENROUTER, OLLAMA, VLLM, LLAMA_CPP, LM_STUDIO ->
                            tokens ? "tokens" : "requests";
                },
                "",
                flavour == Flavour.DEEPSEEK ? "invalid_request_error" : "rate_limit_exceeded",
                words);
    }

    private static void add(List<Header> headers, String name, Object value) {
        headers.add(new Header(name, value.toString()));
    }

    /// A duration as Go writes it: `12ms`, `1s`, `6m0s`.
    static String goDuration(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1000) {
            return millis == 0 ? "0s" : millis + "ms";
        }
        String seconds =
                millis % 1000 == 0
                        ? Long.toString(millis / 1000 % 60)
                        : String.format(Locale.ROOT, "%.3f", millis % 60_000 / 1000.0)
                                .replaceAll("0+$", "");
        String minutes = millis >= 60_000 ? millis / 60_000 % 60 + "m" : "";
        String hours = millis >= 3_600_000 ? millis / 3_600_000 + "h" : "";
        return hours + minutes + seconds + "s";
    }
}
