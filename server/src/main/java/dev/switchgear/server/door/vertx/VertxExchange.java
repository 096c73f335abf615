package dev.switchgear.server.door.vertx;

import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.HttpStream;
import dev.switchgear.server.door.ResponseHead;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.internal.buffer.BufferInternal;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One request, from its head to the moment its answer has left. The loop collects the body, then a
/// virtual thread runs the handler, then the loop writes the answer.
final class VertxExchange implements HttpExchange, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(VertxExchange.class);
    private static final byte[] NOTHING = new byte[0];
    private static final int FIRST_PART = 64 * 1024;

    private final VertxDoor door;
    private final VertxConnection line;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final long arrivedNanos;

    /// Claimed by whoever answers.
    private final AtomicBoolean answered = new AtomicBoolean();

    private byte[] body = NOTHING;
    private int bodyLength;

    // Belong to the loop, until the handler begins and after it has answered.
    private boolean counted;
    private boolean settled;
    private boolean last;

    private volatile boolean gone;
    private volatile boolean closing;
    private volatile @Nullable VertxStream stream;

    // Guarded by this.
    private @Nullable Thread thread;

    VertxExchange(
            VertxDoor door, VertxConnection line, HttpServerRequest request, long arrivedNanos) {
        this.door = door;
        this.line = line;
        this.request = request;
        this.response = request.response();
        this.arrivedNanos = arrivedNanos;
    }

    void begin() {
        line.headCame(this);
        var _ = response.closeHandler(_ -> lost()).exceptionHandler(this::failed);
        request.exceptionHandler(this::broken);
        Framing.Flaw flaw = Framing.flaw(request, door.limits().headLines());
        if (flaw != null) {
            reject(flaw.status(), flaw.reason());
            return;
        }
        String declared = request.headers().get(HttpHeaders.CONTENT_LENGTH);
        long length = declared == null ? -1 : Long.parseLong(declared);
        if (length > door.limits().bodyBytes()) {
            rejectTooLarge();
            return;
        }
        if (!expectation()) {
            return;
        }
        if (length > 0) {
            // What a client merely promises is not yet worth memory.
            body = new byte[(int) Math.min(length, FIRST_PART)];
        }
        counted = true;
        door.entered();
        request.handler(this::more);
        request.endHandler(_ -> complete());
    }

    /// @return whether to go on
    private boolean expectation() {
        String expect = request.headers().get(HttpHeaders.EXPECT);
        if (expect == null) {
            return true;
        }
        if (!expect.equalsIgnoreCase("100-continue")) {
            reject(417, "only `expect: 100-continue` is known here");
            return false;
        }
        var _ = response.writeContinue();
        return true;
    }

    private void more(Buffer part) {
        if (answered.get()) {
            return;
        }
        int count = part.length();
        line.bodyCame(count);
        if (bodyLength + (long) count > door.limits().bodyBytes()) {
            body = NOTHING;
            rejectTooLarge();
            return;
        }
        if (bodyLength + count > body.length) {
            body = Arrays.copyOf(body, Math.max(bodyLength + count, 2 * body.length));
        }
        part.getBytes(0, count, body, bodyLength);
        bodyLength += count;
    }

    private void rejectTooLarge() {
        reject(
                413,
                "the body is larger than "
                        + door.limits().bodyBytes()
                        + " bytes (setting server.limits.body-bytes)");
    }

    private void complete() {
        if (answered.get() || gone) {
            return;
        }
        if (bodyLength != body.length) {
            body = Arrays.copyOf(body, bodyLength);
        }
        line.requestCame();
        door.threads().start(this);
    }

    /// Answers in the door's own words; afterwards nothing more is executed on an HTTP/1 connection,
    /// because where the next request begins can no longer be known.
    void reject(int status, String reason) {
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        response.setStatusCode(status);
        response.headers().set(HttpHeaders.CONTENT_TYPE, "application/json");
        if (!http2()) {
            last = true;
            line.lastAnswer();
        }
        byte[] page = door.errors().render(path(), status, reason);
        end(BufferInternal.buffer(Unpooled.wrappedBuffer(page)));
    }

    /// The request broke off, or its chunks make no sense.
    private void broken(Throwable cause) {
        if (cause instanceof HttpClosedException || cause instanceof StreamResetException || gone) {
            lost();
            return;
        }
        reject(400, "the request's body is not framed as HTTP demands");
        line.flush();
    }

    /// What breaks the request is told to [#broken]; here only what ends the answer counts.
    private void failed(Throwable cause) {
        if (cause instanceof HttpClosedException || cause instanceof StreamResetException) {
            lost();
        }
    }

    private void lost() {
        if (settled || gone) {
            return;
        }
        gone = true;
        interrupt();
        VertxStream open = stream;
        if (open != null) {
            open.wake();
        }
        settle();
    }

    /// Ends the answer; once.
    void end(Buffer rest) {
        if (gone || settled) {
            return;
        }
        if (!response.headWritten()) {
            sayClose();
        }
        var _ = response.end(rest).onComplete(_ -> settle());
    }

    /// Tells an HTTP/1 client that this connection carries no further request.
    private void sayClose() {
        if (!http2() && (last || door.closing())) {
            last = true;
            response.headers().set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
    }

    private void settle() {
        if (settled) {
            return;
        }
        settled = true;
        line.answered(this);
        if (counted) {
            door.left();
        }
        if (last && !gone) {
            line.linger();
        }
    }

    /// The door has no more time.
    void endNow() {
        closing = true;
        interrupt();
    }

    private boolean http2() {
        return request.version() == HttpVersion.HTTP_2;
    }

    int held() {
        VertxStream open = stream;
        return open == null ? 0 : open.held();
    }

    long sent() {
        VertxStream open = stream;
        return open == null ? 0 : open.sent();
    }

    EventLoop loop() {
        return line.watch().loop();
    }

    VertxConnection line() {
        return line;
    }

    HttpServerResponse response() {
        return response;
    }

    private synchronized void interrupt() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    /// Nothing sensible can follow what has been sent.
    void breakOff() {
        loop().execute(line::breakOff);
    }

    @Override
    public void run() {
        synchronized (this) {
            thread = Thread.currentThread();
            if (gone || closing) {
                thread.interrupt();
            }
        }
        try {
            door.handler().handle(this);
        } catch (Throwable failure) {
            LOG.error("{} {} could not be handled", method(), path(), failure);
        } finally {
            synchronized (this) {
                thread = null;
            }
            finish();
        }
    }

    /// A handler that forgot to answer, or could not, must not leave the client waiting.
    private void finish() {
        if (!answered.get()) {
            respond(
                    ResponseHead.of(500, "application/json"),
                    door.errors().render(path(), 500, "the gateway failed to answer this request"));
            return;
        }
        VertxStream open = stream;
        if (open != null && !open.ended()) {
            breakOff();
        }
    }

    @Override
    public String method() {
        return request.method().name();
    }

    @Override
    public String path() {
        String uri = request.uri();
        int mark = uri.indexOf('?');
        return mark < 0 ? uri : uri.substring(0, mark);
    }

    @Override
    public String query() {
        String uri = request.uri();
        int mark = uri.indexOf('?');
        return mark < 0 ? "" : uri.substring(mark + 1);
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(request.headers().get(name));
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public InetAddress remote() {
        return line.remote();
    }

    @Override
    public long arrivedNanos() {
        return arrivedNanos;
    }

    @Override
    public boolean gone() {
        return gone;
    }

    @Override
    public boolean closing() {
        return closing;
    }

    @Override
    public void respond(ResponseHead head, byte[] answer) {
        claim();
        prepare(head);
        Buffer buffer = BufferInternal.buffer(Unpooled.wrappedBuffer(answer));
        loop().execute(() -> end(buffer));
    }

    @Override
    public HttpStream stream(ResponseHead head) {
        claim();
        prepare(head);
        sayClose();
        boolean chunked =
                request.version() == HttpVersion.HTTP_1_1
                        && !request.method().equals(HttpMethod.HEAD);
        if (chunked) {
            response.setChunked(true);
        }
        var opened = new VertxStream(this, chunked ? line.socket() : null);
        stream = opened;
        return opened;
    }

    private void claim() {
        if (!answered.compareAndSet(false, true)) {
            throw new IllegalStateException("this request has been answered already");
        }
    }

    private void prepare(ResponseHead head) {
        response.setStatusCode(head.status());
        MultiMap fields = response.headers();
        head.forEach(fields::add);
    }
}
