package dev.switchgear.simulator.provider;

import dev.switchgear.core.time.Time;
import dev.switchgear.simulator.answer.Api;
import dev.switchgear.simulator.answer.ApiAnswer;
import dev.switchgear.simulator.answer.ApiEvent;
import dev.switchgear.simulator.answer.Asked;
import dev.switchgear.simulator.fault.ActiveFaults;
import dev.switchgear.simulator.fault.Disturbance;
import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.fault.SimulatedFault;
import dev.switchgear.simulator.fault.Spot;
import dev.switchgear.simulator.http.BadRequestException;
import dev.switchgear.simulator.http.ClientGoneException;
import dev.switchgear.simulator.http.Header;
import dev.switchgear.simulator.http.ReceivedHead;
import dev.switchgear.simulator.http.ServerConnection;
import dev.switchgear.simulator.mind.Dice;
import dev.switchgear.simulator.settings.ProviderSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// One provider: its API, its faults, and what it received. Thread-safe.
public final class SimulatedProvider {
    private final ProviderSettings settings;
    private final long seed;
    private final Time time;
    private final Api api;
    private final ActiveFaults faults;
    private final RequestLog ledger;
    private final URI base;

    SimulatedProvider(ProviderSettings settings, long seed, int kept, URI root, Time time) {
        this.settings = settings;
        this.seed = Dice.of(seed, settings.name()).nextLong();
        this.time = time;
        this.api = settings.api(this.seed, time);
        this.faults = new ActiveFaults(this.seed, time);
        this.ledger = new RequestLog(kept, time);
        this.base = root.resolve("/" + settings.name() + settings.kind().root());
        faults.replace(settings.faults());
    }

    public String name() {
        return settings.name();
    }

    /// What a client of its API takes for its base URL; for OpenAI's `http://127.0.0.1:port/name/v1`.
    public URI base() {
        return base;
    }

    /// Replaces all faults; their times and counts begin anew.
    public void faults(List<SimulatedFault> wanted) {
        faults.replace(wanted);
    }

    /// Replaces all faults by this one, for every request, until healed.
    public void fault(FaultKind kind) {
        faults.replace(List.of(SimulatedFault.always(kind)));
    }

    /// Ends all faults.
    public void heal() {
        faults.replace(List.of());
    }

    /// The last requests, the oldest first; those still being answered included.
    public List<ReceivedRequest> requests() {
        return ledger.requests();
    }

    /// Blocks until some remembered request satisfies `wanted`; empty after `atMost` on the machine's
    /// clock.
    public Optional<ReceivedRequest> await(Predicate<ReceivedRequest> wanted, Duration atMost)
            throws InterruptedException {
        return ledger.await(wanted, atMost);
    }

    public void forgetRequests() {
        ledger.forget();
    }

    /// All requests since the start, whether remembered or not.
    public long requestCount() {
        return ledger.count();
    }

    public ProviderSettings settings() {
        return settings;
    }

    /// The faults in force, and those that have ended.
    public List<ActiveFaults.Standing> standing() {
        return faults.standing();
    }

    /// Answers one request. True: the connection may carry another.
    public boolean serve(ServerConnection connection, ReceivedHead head, String path)
            throws IOException {
        RequestLog.Entry entry = ledger.open(head, path);
        try {
            boolean reusable = answer(connection, head, path, entry);
            entry.finished();
            return reusable;
        } catch (ClientGoneException e) {
            entry.hungUp();
            throw e;
        } catch (BadRequestException e) {
            entry.answered(e.status());
            throw e;
        }
    }

    private boolean answer(
            ServerConnection connection, ReceivedHead head, String path, RequestLog.Entry entry)
            throws IOException {
        Asked early = api.read(head, path, new byte[0]);
        if (faults.refuses(early.operation(), early.key())) {
            entry.faults(List.of("refuse"));
            connection.close();
            return false;
        }
        byte[] body = connection.body(head);
        entry.body(body);
        Asked asked = api.read(head, path, body);
        long number = entry.number();
        Disturbance disturbance = faults.draw(asked, meter -> api.limited(asked, meter, number));
        entry.faults(disturbance.words());
        RandomGenerator random = Dice.of(seed, "pace", Long.toString(number));
        var delivery = new Delivery(connection, head, entry, settings, random, time.instant());
        FaultKind main = disturbance.main().orElse(null);
        return switch (main) {
            case FaultKind.BlackHole hole -> unanswered(connection, hole);
            case FaultKind.Reset reset when reset.spot() instanceof Spot.BeforeHead -> {
                connection.pause(disturbance.latency());
                yield unanswered(connection, reset);
            }
            case FaultKind.Garbage garbage -> {
                connection.pause(disturbance.latency());
                delivery.garbage(garbage.bytes());
                yield false;
            }
            case null, default -> delivery.send(said(asked, disturbance, number), disturbance);
        };
    }

    private static boolean unanswered(ServerConnection connection, FaultKind fault)
            throws ClientGoneException {
        Delivery.unanswered(connection, fault);
        return false;
    }

    /// What the provider says: its answer, or what a fault says instead.
    private ApiAnswer said(Asked asked, Disturbance disturbance, long number) {
        return switch (disturbance.main().orElse(null)) {
            case FaultKind.Status status -> failed(asked, status, number);
            case FaultKind.ExpiredKey _ -> api.rejected(asked, number);
            case FaultKind.RateLimit _ ->
                    disturbance.refusal().orElseGet(() -> api.answer(asked, number));
            case FaultKind.WrongContentType wrong ->
                    new ApiAnswer.Whole(
                            200,
                            List.of(new Header("content-type", wrong.contentType())),
                            wrong.body().getBytes(StandardCharsets.UTF_8),
                            0);
            case FaultKind.ErrorFirstEvent first ->
                    new ApiAnswer.Streamed(
                            200,
                            api.streamHeaders(asked, number),
                            api.failure(asked, 0, first.error(), first.message(), number)
                                    .iterator());
            case FaultKind.ErrorEvent error -> failing(asked, error, number);
            case null, default -> api.answer(asked, number);
        };
    }

    private ApiAnswer failed(Asked asked, FaultKind.Status status, long number) {
        int code = status.code();
        ApiAnswer.Whole usual =
                status.retryAfter()
                        .map(pause ->
                                api.error(
                                        asked,
                                        code,
                                        status.error(),
                                        status.message(),
                                        pause,
                                        number))
                        .orElseGet(() ->
                                api.error(asked, code, status.error(), status.message(), number));
        List<Header> headers = new ArrayList<>();
        for (Header header : usual.headers()) {
            boolean replaced =
                    status.headers().stream()
                            .anyMatch(other -> other.name().equalsIgnoreCase(header.name()));
            if (!replaced) {
                headers.add(header);
            }
        }
        headers.addAll(status.headers());
        byte[] body =
                status.body()
                        .map(text -> text.getBytes(StandardCharsets.UTF_8))
                        .orElse(usual.body());
        return new ApiAnswer.Whole(code, headers, body, 0);
    }

    private ApiAnswer failing(Asked asked, FaultKind.ErrorEvent fault, long number) {
        ApiAnswer answer = api.answer(asked, number);
        if (!(answer instanceof ApiAnswer.Streamed streamed)) {
            return answer;
        }
        Iterator<ApiEvent> good = streamed.events();
        Iterator<ApiEvent> failing =
                new Iterator<>() {
                    private int given;
                    private Iterator<ApiEvent> failure = Collections.emptyIterator();
                    private boolean failed;

                    @Override
                    public boolean hasNext() {
                        return !failed || failure.hasNext();
                    }

                    @Override
                    public ApiEvent next() {
                        if (!failed && given < fault.afterEvents() && good.hasNext()) {
                            ApiEvent event = good.next();
                            if (!event.part().ends()) {
                                given += event.part() == ApiEvent.Part.COMMENT ? 0 : 1;
                                return event;
                            }
                        }
                        if (!failed) {
                            failed = true;
                            failure =
                                    api.failure(
                                                    asked,
                                                    given,
                                                    fault.error(),
                                                    fault.message(),
                                                    number)
                                            .iterator();
                        }
                        return failure.next();
                    }
                };
        return new ApiAnswer.Streamed(
                streamed.status(), streamed.headers(), failing, streamed.waiting());
    }
}
