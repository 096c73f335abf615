package dev.switchgear.server.api.llm.anthropic;

import dev.switchgear.core.limiter.Limit.Measure;
import dev.switchgear.core.limiter.LimitStatus;
import dev.switchgear.dialects.anthropic.AnthropicClientDialect;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.Problem.Kind;
import dev.switchgear.server.api.Protocol;
import dev.switchgear.server.api.llm.LlmProblems;
import dev.switchgear.server.api.llm.LlmProtocol;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.ResponseHead;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// How Anthropic's API shows keys and words errors and limits. Stateless; thread-safe.
public final class AnthropicProtocol implements LlmProtocol {
    private static final JsonFactory JSON = new JsonFactory();
    private static final Pattern BETAS = Pattern.compile("[A-Za-z0-9_.,= -]{1,2000}");
    private static final ClientDialect DIALECT = new AnthropicClientDialect();

    private final InstantSource time;

    /// @param time for limits, whose resets are moments
    public AnthropicProtocol(InstantSource time) {
        this.time = time;
    }

    @Override
    public ClientDialect dialect() {
        return DIALECT;
    }

    /// `x-api-key`, or a bearer token: Claude Code sends that where it was given one.
    @Override
    public Optional<String> key(HttpExchange exchange) {
        return exchange.header("x-api-key").or(() -> Protocol.bearer(exchange));
    }

    @Override
    public void name(ResponseHead head, String requestId) {
        head.with("request-id", requestId);
    }

    /// What others answer with 503 is 529 here.
    @Override
    public int status(Problem problem) {
        return problem.status() == 503 ? 529 : problem.status();
    }

    @Override
    public byte[] render(Problem problem, String requestId) {
        var bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeStringProperty("type", "error");
            json.writeObjectPropertyStart("error");
            json.writeStringProperty("type", type(problem));
            json.writeStringProperty("message", problem.message());
            if (problem.word().equals(LlmProblems.NO_THREAD)) {
                json.writeObjectPropertyStart("details");
                json.writeStringProperty("error_code", LlmProblems.NO_THREAD);
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeStringProperty("request_id", requestId);
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private static String type(Problem problem) {
        return switch (problem.status()) {
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 409 -> "conflict_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 503, 529 -> "overloaded_error";
            case 408, 504 -> "timeout_error";
            default -> ofKind(problem.kind());
        };
    }

    private static String ofKind(Kind kind) {
        return switch (kind) {
            case INVALID_REQUEST -> "invalid_request_error";
            case AUTHENTICATION -> "authentication_error";
            case RATE_LIMIT -> "rate_limit_error";
            case UNAVAILABLE -> "overloaded_error";
            case SERVER -> "api_error";
        };
    }

    @Override
    public void limits(ResponseHead head, List<LimitStatus> limits) {
        add(head, limits, Measure.REQUESTS, "requests");
        add(head, limits, Measure.UNITS, "tokens");
    }

    /// Of several limits in one unit the one with the least left is told.
    private void add(ResponseHead head, List<LimitStatus> limits, Measure unit, String name) {
        limits.stream()
                .filter(status -> status.limit().measure() == unit)
                .min(Comparator.comparingLong(LimitStatus::remaining))
                .ifPresent(tightest -> {
                    // Whole seconds, as the API tells them; never too early.
                    Instant full =
                            time.instant()
                                    .plus(tightest.reset())
                                    .plusNanos(999_999_999)
                                    .truncatedTo(ChronoUnit.SECONDS);
                    String prefix = "anthropic-ratelimit-" + name;
                    head.with(prefix + "-limit", Long.toString(tightest.limit().amount()))
                            .with(prefix + "-remaining", Long.toString(tightest.remaining()))
                            .with(prefix + "-reset", full.toString());
                });
    }

    /// The client's betas; they mean nothing to other dialects.
    @Override
    public Map<String, String> passed(HttpExchange exchange) {
        return exchange.header("anthropic-beta")
                .filter(betas -> BETAS.matcher(betas).matches())
                .map(betas -> Map.of("anthropic-beta", betas))
                .orElse(Map.of());
    }
}
