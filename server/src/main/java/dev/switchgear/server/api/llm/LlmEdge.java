package dev.switchgear.server.api.llm;

import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.core.time.Time;
import dev.switchgear.families.json.Abandoned;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.Operation;
import dev.switchgear.families.llm.call.AtHome;
import dev.switchgear.families.llm.scan.RequestBody;
import dev.switchgear.families.llm.scan.RequestScan;
import dev.switchgear.families.llm.scan.ScanLimits;
import dev.switchgear.families.llm.seal.ClientSeals;
import dev.switchgear.server.api.Problem;
import dev.switchgear.server.api.limit.ClientLimits;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.gateway.llm.Billing;
import dev.switchgear.server.gateway.llm.ConversationKey;
import dev.switchgear.server.gateway.llm.Destination;
import dev.switchgear.server.gateway.llm.Destinations;
import dev.switchgear.server.gateway.llm.ModelEntry;
import dev.switchgear.server.gateway.llm.Selection;
import dev.switchgear.server.names.Lower;
import dev.switchgear.server.names.Quote;
import dev.switchgear.server.names.SgCode;
import java.util.List;
import java.util.Optional;

/// Serves LLM clients whatever they speak: reads a request, finds out where it may go, and sends it on
/// its way as a [LlmCall]. Thread-safe.
public final class LlmEdge {
    private final Destinations destinations;
    private final ClientLimits limits;
    private final Billing billing;
    private final ScanLimits scanLimits;
    private final KeepAlive keepAlive;
    private final Time time;

    public LlmEdge(
            Destinations destinations,
            ClientLimits limits,
            Billing billing,
            ScanLimits scanLimits,
            KeepAlive keepAlive,
            Time time) {
        this.destinations = destinations;
        this.limits = limits;
        this.billing = billing;
        this.scanLimits = scanLimits;
        this.keepAlive = keepAlive;
        this.time = time;
    }

    ClientLimits limits() {
        return limits;
    }

    Billing billing() {
        return billing;
    }

    KeepAlive keepAlive() {
        return keepAlive;
    }

    Time time() {
        return time;
    }

    ClientSeals seals(String client) {
        return destinations.seals(client);
    }

    /// All names that clients may ask for.
    public List<ModelEntry> models() {
        return destinations.models();
    }

    /// The name that is so; empty where nobody has it.
    public Optional<ModelEntry> model(String id) {
        return models().stream().filter(model -> model.id().equals(id)).findFirst();
    }

    /// Has what is asked carried, and answers it.
    public void serve(LlmVisit visit) {
        Optional<Problem> media = unsupportedMedia(visit.exchange());
        if (media.isPresent()) {
            visit.refuse(List.of(), media.get());
            return;
        }
        RequestBody body;
        try {
            body = body(visit);
        } catch (InvalidBody invalid) {
            visit.refuse(List.of(), LlmProblems.invalid(invalid));
            return;
        } catch (Abandoned _) {
            if (!visit.exchange().gone()) {
                visit.refuse(List.of(), LlmProblems.CLOSING);
            }
            return;
        }
        switch (visit.turn().turned(body)) {
            case Turned.AsItCame _ -> asItCame(visit, body);
            case Turned.Whole whole -> whole(visit, body, whole);
            case Turned.Refused refused -> visit.refuse(List.of(), refused.problem());
            case Turned.NoRoom room ->
                    visit.refuse(
                            List.of(),
                            room.never()
                                    ? LlmProblems.TOO_LARGE_TO_READ
                                    : LlmProblems.FULL_TO_READ);
            case Turned.Taken _ -> {}
        }
    }

    private void asItCame(LlmVisit visit, RequestBody body) {
        switch (Steering.read(destinations, visit.exchange(), body)) {
            case Steered.Refused refused -> visit.refuse(List.of(), refused.problem());
            case Steered.By steered -> {
                LlmCall call = call(visit, steered, body, Optional.empty(), Optional.empty());
                if (body.elsewhere().threaded() && call.losesThreads()) {
                    visit.refuse(List.of(), LlmProblems.THREAD);
                } else {
                    call.admitted();
                }
            }
        }
    }

    /// A request that was completed, and is bounded as if the client had sent it so.
    private void whole(LlmVisit visit, RequestBody came, Turned.Whole whole) {
        RequestBody body;
        try {
            body =
                    RequestScan.scan(
                            whole.body(), visit.protocol().dialect().scanRules(), scanLimits);
        } catch (InvalidBody invalid) {
            visit.refuse(List.of(), LlmProblems.invalid(invalid));
            return;
        }
        switch (Steering.read(destinations, visit.exchange(), body)) {
            case Steered.Refused refused -> visit.refuse(List.of(), refused.problem());
            case Steered.By steered -> {
                Optional<AtHome> home = home(visit, came, whole);
                Steered.By told = home.isEmpty() ? steered.dropping(whole.dropped()) : steered;
                call(visit, told, body, whole.before(), home).admitted();
            }
        }
    }

    /// What the one account is asked that keeps everything: the client's own bytes.
    private Optional<AtHome> home(LlmVisit visit, RequestBody came, Turned.Whole whole) {
        return whole.home()
                        && whole.before().isPresent()
                        && Steering.read(destinations, visit.exchange(), came)
                                instanceof Steered.By steered
                ? Optional.of(new AtHome(whole.before().get(), steered.body()))
                : Optional.empty();
    }

    /// @param uncut the body as it came, or was completed
    private LlmCall call(
            LlmVisit visit,
            Steered.By steered,
            RequestBody uncut,
            Optional<UpstreamId> before,
            Optional<AtHome> home) {
        String model = steered.body().model();
        Optional<Destination> unsteered = destinations.find(model);
        Optional<Destination> chosen =
                steered.selection().equals(Selection.NONE)
                        ? unsteered
                        : destinations.find(model, steered.selection());
        Optional<Destination> destination = chosen.map(to -> going(visit, uncut, to, before));
        return new LlmCall(this, visit, steered, unsteered, destination, home);
    }

    /// Where a conversation goes on; where that makes no difference, it is not even looked at.
    private static Destination going(
            LlmVisit visit, RequestBody uncut, Destination to, Optional<UpstreamId> before) {
        if (visit.operation() != Operation.CHAT || !to.remembers()) {
            return to;
        }
        Optional<String> session = visit.exchange().header("x-session-id");
        return ConversationKey.of(visit.client(), uncut, session)
                .map(key -> before.map(last -> to.going(key, last)).orElseGet(() -> to.going(key)))
                .orElse(to);
    }

    private RequestBody body(LlmVisit visit) throws InvalidBody {
        RequestBody scanned =
                RequestScan.scan(
                        visit.exchange().body(),
                        visit.protocol().dialect().scanRules(),
                        scanLimits);
        if (visit.inPath().isEmpty()) {
            return scanned;
        }
        LlmVisit.InPath path = visit.inPath().get();
        return scanned.at(
                path.model().isEmpty() ? scanned.model() : path.model(),
                path.streamed().orElse(scanned.streamed()));
    }

    /// JSON is taken under its own name, under none, and under the one that curl gives to whatever
    /// follows `-d`.
    private static Optional<Problem> unsupportedMedia(HttpExchange exchange) {
        String coding = exchange.header("content-encoding").orElse("identity");
        if (!coding.equalsIgnoreCase("identity")) {
            return Optional.of(
                    Problem.of(
                            SgCode.MEDIA,
                            "unsupported_content_encoding",
                            "content-encoding: `"
                                    + Quote.name(coding)
                                    + "` is not taken here. Send the JSON uncompressed."));
        }
        String type = exchange.header("content-type").orElse("application/json");
        int end = type.indexOf(';');
        String media = Lower.of(end < 0 ? type : type.substring(0, end)).strip();
        return switch (media) {
            case "application/json", "application/x-www-form-urlencoded" -> Optional.empty();
            default ->
                    Optional.of(
                            Problem.of(
                                    SgCode.MEDIA,
                                    "unsupported_media_type",
                                    "content-type: `"
                                            + Quote.name(media)
                                            + "` is not taken here. Send `application/json`."));
        };
    }
}
