package dev.switchgear.providers.llm;

import dev.switchgear.core.call.Cause;
import dev.switchgear.core.call.Deadline;
import dev.switchgear.core.call.Fault;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.core.call.Quota;
import dev.switchgear.core.call.Recovery;
import dev.switchgear.core.call.Scope;
import dev.switchgear.core.call.Timeouts;
import dev.switchgear.core.time.Time;
import dev.switchgear.families.json.BoundedJson;
import dev.switchgear.providers.fault.ErrorReply;
import dev.switchgear.providers.fault.RetryAfter;
import dev.switchgear.providers.fault.WireFaults;
import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.OutgoingRequest;
import dev.switchgear.wire.WireException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Asks a server which models it has. Costs nothing, so it also serves as a probe. Thread-safe.
public final class LlmModels {
    private static final JsonFactory JSON = BoundedJson.factory();
    private static final int BODY_BYTES_MAX = 8 * 1024 * 1024;
    private static final int MODELS_MAX = 20_000;

    private final LlmAccount account;
    private final LlmProvider provider;
    private final Timeouts timeouts;
    private final Time time;

    public LlmModels(LlmAccount account, Timeouts timeouts, Time time) {
        this.account = account;
        this.provider = account.provider();
        this.timeouts = timeouts;
        this.time = time;
    }

    /// The ids of the models, as the server orders them. Blocks; like an upstream it never throws for
    /// what the server or the network did.
    public Outcome<List<String>> list(Deadline deadline) {
        var request =
                new OutgoingRequest(
                        "GET",
                        provider.listing().path() + provider.query(),
                        account.headers().with("Accept", "application/json"),
                        new byte[0]);
        try (Exchange exchange = account.send(request, timeouts, deadline)) {
            exchange.waitAtMost(timeouts.idle());
            byte[] body = exchange.readAll(BODY_BYTES_MAX);
            Quota quota = provider.quotas().quota(exchange.headers(), time);
            if (exchange.status() != 200) {
                return refused(exchange, body, quota);
            }
            return new Outcome.Success<>(ids(body), -1, quota);
        } catch (WireException broken) {
            return Outcome.Failure.of(WireFaults.of(broken, Cause.IDLE_TIMEOUT));
        } catch (JacksonException notJson) {
            return Outcome.Failure.of(
                    Fault.of(
                            Cause.MALFORMED,
                            Scope.PROVIDER,
                            Recovery.FAIL_OVER,
                            false,
                            "200 with something else than a list of models"));
        }
    }

    private Outcome<List<String>> refused(Exchange exchange, byte[] body, Quota quota) {
        ErrorReply error = ErrorReply.read(exchange.status(), body, 0, body.length);
        Duration wait = RetryAfter.read(exchange.headers(), time).orElse(Duration.ZERO);
        // The words may repeat the credential; the name of the error is enough for a probe.
        var named = new ErrorReply(error.status(), error.type(), error.code(), "");
        return new Outcome.Failure<>(
                provider.errors().fault(error, wait, named.line()), Optional.empty(), quota);
    }

    /// @throws JacksonException if the body is not a list as the provider's [LlmProvider.Listing] says
    private List<String> ids(byte[] body) {
        var ids = new ArrayList<String>();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            boolean listed = false;
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                    JsonToken value = parser.nextToken();
                    if (name.equals(provider.listing().list()) && value == JsonToken.START_ARRAY) {
                        listed = true;
                        entries(parser, ids);
                    } else {
                        parser.skipChildren();
                    }
                }
            }
            if (!listed || parser.nextToken() != null) {
                throw new NotAList(parser);
            }
        }
        return List.copyOf(ids);
    }

    private void entries(JsonParser parser, List<String> ids) {
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken value = parser.nextToken();
                if (name.equals(provider.listing().id())
                        && value == JsonToken.VALUE_STRING
                        && ids.size() < MODELS_MAX) {
                    ids.add(withoutPrefix(parser.getString()));
                } else {
                    parser.skipChildren();
                }
            }
        }
    }

    private String withoutPrefix(String id) {
        String prefix = provider.listing().prefix();
        return id.startsWith(prefix) ? id.substring(prefix.length()) : id;
    }

    /// JSON, but no list of models.
    private static final class NotAList extends JacksonException {
        private static final long serialVersionUID = 1L;

        private NotAList(JsonParser parser) {
            super(parser, "not a list of models");
        }
    }
}
