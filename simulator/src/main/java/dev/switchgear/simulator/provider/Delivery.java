package dev.switchgear.simulator.provider;

import dev.switchgear.simulator.answer.ApiAnswer;
import dev.switchgear.simulator.answer.ApiEvent;
import dev.switchgear.simulator.fault.Disturbance;
import dev.switchgear.simulator.fault.FaultKind;
import dev.switchgear.simulator.fault.Spot;
import dev.switchgear.simulator.http.ClientGoneException;
import dev.switchgear.simulator.http.Header;
import dev.switchgear.simulator.http.ReceivedHead;
import dev.switchgear.simulator.http.ServerConnection;
import dev.switchgear.simulator.settings.ProviderSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Brings one answer to its client at a model's pace, and breaks it where a fault wants it broken.
/// Used once, by the connection's thread.
final class Delivery {
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private static final Duration SIGN_EVERY = Duration.ofMillis(500);

    /// How an answer ends early.
    private sealed interface Break {
        record Closed() implements Break {}

        record ResetIt() implements Break {}

        record Silent(Optional<Duration> lasting) implements Break {}
    }

    private final ServerConnection connection;
    private final ReceivedHead head;
    private final RequestLog.Entry entry;
    private final ProviderSettings pace;
    private final RandomGenerator random;
    private final Instant now;

    /// Where and how the answer breaks; empty: it does not, or no longer.
    private Optional<Spot> spot = Optional.empty();

    private Break end = new Break.Closed();
    private Optional<FaultKind> main = Optional.empty();
    private long bodySent;
    private int eventsSent;
    private boolean open = true;

    /// Whether the head does not tell how long the body is.
    private boolean unsized;

    Delivery(
            ServerConnection connection,
            ReceivedHead head,
            RequestLog.Entry entry,
            ProviderSettings pace,
            RandomGenerator random,
            Instant now) {
        this.connection = connection;
        this.head = head;
        this.entry = entry;
        this.pace = pace;
        this.random = random;
        this.now = now;
    }

    /// Closes or resets without a byte of an answer, or stays silent, as `fault` wants it.
    static void unanswered(ServerConnection connection, FaultKind fault)
            throws ClientGoneException {
        switch (fault) {
            case FaultKind.Reset _ -> connection.reset();
            case FaultKind.BlackHole _ -> connection.silence();
            default -> connection.close();
        }
    }

    /// Bytes that no HTTP client can take for an answer.
    void garbage(int length) throws ClientGoneException {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        // Never "H", so that it cannot even begin like HTTP.
        bytes[0] = 0x16;
        connection.write(bytes);
        entry.sent(length);
        connection.hangUp();
    }

    /// Sends `answer`. True: the connection may carry another request.
    boolean send(ApiAnswer answer, Disturbance disturbance) throws ClientGoneException {
        main = disturbance.main();
        main.ifPresent(this::arm);
        connection.pause(
                pace.latency().plus(Disturbance.drawn(Duration.ZERO, pace.jitter(), random)));
        boolean kept = answer.waiting().length > 0;
        unsized =
                answer instanceof ApiAnswer.Streamed
                        || (kept && disturbance.latency().isPositive());
        connection.pause(kept ? Duration.ZERO : disturbance.latency());
        switch (answer) {
            case ApiAnswer.Whole whole when unsized -> late(whole, disturbance.latency());
            case ApiAnswer.Whole whole -> whole(whole);
            case ApiAnswer.Streamed streamed -> stream(streamed, disturbance);
        }
        return open && !(unsized && head.version() == 0);
    }

    private void arm(FaultKind fault) {
        switch (fault) {
            case FaultKind.Cut cut -> spot = Optional.of(cut.spot());
            case FaultKind.Reset reset -> {
                spot = Optional.of(reset.spot());
                end = new Break.ResetIt();
            }
            case FaultKind.Stall stall -> {
                spot = Optional.of(stall.spot());
                end = new Break.Silent(stall.lasting());
            }
            default -> spot = Optional.empty();
        }
    }

    private void whole(ApiAnswer.Whole answer) throws ClientGoneException {
        connection.pause(pace.perToken().multipliedBy(answer.tokens()));
        byte[] body = answer.body();
        byte[] begin = begin(answer, "content-length: " + body.length + "\r\n");
        entry.answered(answer.status());
        int at = breakIn(body, true);
        if (at < 0) {
            byte[] all = new byte[begin.length + body.length];
            System.arraycopy(begin, 0, all, 0, begin.length);
            System.arraycopy(body, 0, all, begin.length, body.length);
            boolean bodyWanted = !head.method().equals("HEAD");
            connection.write(all, 0, bodyWanted ? all.length : begin.length);
            entry.sent(bodyWanted ? body.length : 0);
            return;
        }
        connection.write(begin);
        connection.write(body, 0, at);
        entry.sent(at);
        breakOff();
        if (open) {
            connection.write(body, at, body.length - at);
            entry.sent(body.length - at);
        }
    }

    /// A whole answer whose head comes at once and whose body has to wait for `delay`.
    private void late(ApiAnswer.Whole answer, Duration delay) throws ClientGoneException {
        connection.write(
                begin(answer, head.version() == 1 ? "transfer-encoding: chunked\r\n" : ""));
        entry.answered(answer.status());
        wait(delay, answer.waiting());
        connection.pause(pace.perToken().multipliedBy(answer.tokens()));
        byte[] body = answer.body();
        int at = breakIn(body, true);
        part(body, 0, at < 0 ? body.length : at);
        if (at >= 0) {
            breakOff();
            if (open) {
                part(body, at, body.length - at);
            }
        }
        if (open && head.version() == 1) {
            connection.write(LAST_CHUNK);
        }
    }

    /// Waits for `delay`, sending `sign` at once and then time and again.
    private void wait(Duration delay, byte[] sign) throws ClientGoneException {
        Duration left = delay;
        while (left.isPositive()) {
            if (sign.length > 0) {
                part(sign, 0, sign.length);
            }
            Duration step = sign.length > 0 && left.compareTo(SIGN_EVERY) > 0 ? SIGN_EVERY : left;
            connection.pause(step);
            left = left.minus(step);
        }
    }

    private void stream(ApiAnswer.Streamed answer, Disturbance disturbance)
            throws ClientGoneException {
        connection.write(
                begin(answer, head.version() == 1 ? "transfer-encoding: chunked\r\n" : ""));
        entry.answered(answer.status());
        boolean kept = answer.waiting().length > 0;
        wait(
                kept
                        ? disturbance.latency().plus(disturbance.firstToken())
                        : disturbance.firstToken(),
                answer.waiting());
        boolean waited = false;
        while (open && answer.events().hasNext()) {
            ApiEvent event = answer.events().next();
            if (omitted(event.part())) {
                continue;
            }
            if (event.part() == ApiEvent.Part.TOKEN) {
                wait(waited ? Duration.ZERO : disturbance.opened(), answer.waiting());
                waited = true;
                connection.pause(
                        Disturbance.drawn(Duration.ZERO, pace.perToken().multipliedBy(2), random));
            }
            if (event.part() == ApiEvent.Part.COMMENT) {
                part(event.bytes(), 0, event.bytes().length);
            } else {
                event(event.bytes(), !answer.events().hasNext());
            }
        }
        if (open && head.version() == 1) {
            connection.write(LAST_CHUNK);
        }
    }

    private boolean omitted(ApiEvent.Part part) {
        if (!(main.orElse(null) instanceof FaultKind.NoTerminalEvent fault)) {
            return false;
        }
        return switch (fault.missing()) {
            case DONE -> part.ends();
            case FINISH -> part == ApiEvent.Part.FINISH || part == ApiEvent.Part.END;
            case BOTH -> part.ends() || part == ApiEvent.Part.FINISH || part == ApiEvent.Part.USAGE;
        };
    }

    private void event(byte[] bytes, boolean last) throws ClientGoneException {
        if (spot.orElse(null) instanceof Spot.AfterEvents after && eventsSent >= after.events()) {
            breakOff();
        }
        int at = open ? breakIn(bytes, last) : -1;
        if (at >= 0) {
            part(bytes, 0, at);
            breakOff();
            if (open) {
                part(bytes, at, bytes.length - at);
            }
        } else if (open) {
            part(bytes, 0, bytes.length);
        }
        if (open) {
            eventsSent++;
            entry.sentEvent();
        }
    }

    /// One chunk, in one write.
    private void part(byte[] bytes, int offset, int length) throws ClientGoneException {
        if (length == 0) {
            return;
        }
        if (head.version() == 0) {
            connection.write(bytes, offset, length);
        } else {
            byte[] size = Integer.toHexString(length).getBytes(StandardCharsets.US_ASCII);
            byte[] chunk = new byte[size.length + length + 4];
            System.arraycopy(size, 0, chunk, 0, size.length);
            System.arraycopy(CRLF, 0, chunk, size.length, 2);
            System.arraycopy(bytes, offset, chunk, size.length + 2, length);
            System.arraycopy(CRLF, 0, chunk, size.length + 2 + length, 2);
            connection.write(chunk);
        }
        bodySent += length;
        entry.sent(length);
    }

    /// Index in `bytes` at which the answer breaks; -1: not in these.
    ///
    /// @param last whether no more bytes follow
    private int breakIn(byte[] bytes, boolean last) {
        Spot here = spot.orElse(null);
        if (here instanceof Spot.AfterBytes after) {
            long left = after.bytes() - bodySent;
            return left < bytes.length ? (int) Math.max(0, left) : -1;
        }
        if (here instanceof Spot.InsideCharacter) {
            for (int i = 0; i + 1 < bytes.length; i++) {
                if ((bytes[i] & 0xc0) == 0xc0) {
                    return i + 1;
                }
            }
            return last ? bytes.length - 1 : -1;
        }
        return -1;
    }

    private void breakOff() throws ClientGoneException {
        spot = Optional.empty();
        switch (end) {
            case Break.Closed _ -> {
                open = false;
                connection.close();
            }
            case Break.ResetIt _ -> {
                open = false;
                connection.reset();
            }
            case Break.Silent silent -> {
                if (silent.lasting().isPresent()) {
                    connection.pause(silent.lasting().get());
                } else {
                    connection.silence();
                    open = false;
                    connection.close();
                }
            }
        }
    }

    private byte[] begin(ApiAnswer answer, String framing) {
        var text = new StringBuilder(512);
        text.append("HTTP/1.1 ").append(answer.status()).append(' ');
        text.append(reason(answer.status())).append("\r\ndate: ").append(DATE.format(now));
        text.append("\r\n");
        List<Header> headers = answer.headers();
        for (Header header : headers) {
            text.append(header.name()).append(": ").append(header.value()).append("\r\n");
        }
        text.append(framing);
        boolean closes = unsized && head.version() == 0;
        if (closes || !head.keepAlive()) {
            text.append("connection: close\r\n");
        }
        text.append("\r\n");
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 204 -> "No Content";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 402 -> "Payment Required";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 409 -> "Conflict";
            case 413 -> "Content Too Large";
            case 422 -> "Unprocessable Content";
            case 429 -> "Too Many Requests";
            case 500 -> "Internal Server Error";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            case 529 -> "Overloaded";
            default -> "Status";
        };
    }
}
