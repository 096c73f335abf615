package dev.switchgear.server.door.vertx;

import dev.switchgear.core.time.Threads;
import dev.switchgear.server.door.BodyBudget;
import dev.switchgear.server.door.DoorSocket;
import dev.switchgear.server.door.ErrorPage;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.HttpHandler;
import dev.switchgear.server.door.HttpStream;
import dev.switchgear.server.door.ResponseHead;
import dev.switchgear.server.door.ResponseHeader;
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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One request, from its head to the moment its answer has left. The loop asks by the head whether the
/// body is wanted and collects it, then a virtual thread runs the handler, then the loop writes the
/// answer. Whatever goes wrong on the way, the request is answered or its connection closed.
final class VertxExchange implements HttpExchange, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(VertxExchange.class);
    private static final byte[] NOTHING = new byte[0];

    /// A body up to this size that nobody wants is read to its end, so that the connection can go on.
    private static final long DRAINED_MOST = 64 * 1024;

    /// What is made of a larger body takes longer than others on the loop should wait.
    private static final int LOOPED_MOST = 64 * 1024;

    /// A client that has its answer may go on with its request for so long.
    private static final long CLOSE_MILLIS = 2000;

    /// RFC 9113 §7
    private static final long NO_ERROR = 0;

    private static final long INTERNAL_ERROR = 2;

    private static final int UPGRADE_REQUIRED = 426;

    private final VertxDoor door;
    private final VertxConnection line;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final long arrivedNanos;

    /// Claimed by whoever answers.
    private final AtomicBoolean answered = new AtomicBoolean();

    private byte[] body = NOTHING;

    // Belong to the loop, until the handler begins and after it has answered.
    private HttpHandler.@Nullable Entry entry;
    private @Nullable BodyIntake intake;
    private boolean bodyEnded;
    private boolean counted;
    private boolean settled;
    private boolean last;

    private volatile boolean gone;
    private volatile boolean closing;
    private volatile @Nullable VertxStream stream;
    private volatile @Nullable VertxSocket socket;

    /// The client has said farewell to the socket, or must hear ours.
    private volatile boolean parted;

    // Guarded by this.
    private @Nullable Thread thread;
    private boolean running;
    private boolean left;
    private BodyBudget.@Nullable Share memory;

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
        counted = true;
        door.entered();
        try {
            headCame();
        } catch (Throwable failure) {
            failed("the request's head", failure);
        }
    }

    private void headCame() {
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
        String expect = request.headers().get(HttpHeaders.EXPECT);
        if (expect != null && !expect.equalsIgnoreCase("100-continue")) {
            reject(417, "only `expect: 100-continue` is known here");
            return;
        }
        HttpHandler.Entry asked = door.handler().enter(this);
        entry = asked;
        boolean bodied =
                length > 0
                        || (length < 0 && request.headers().contains(HttpHeaders.TRANSFER_ENCODING))
                        || (length < 0 && http2());
        request.endHandler(_ -> complete());
        if (!asked.bodyWanted()) {
            request.handler(_ -> {});
            if (bodied && (expect != null || length < 0 || length > DRAINED_MOST)) {
                closeAfterAnswer();
            }
            start();
            return;
        }
        if (expect != null) {
            var _ = response.writeContinue();
        }
        if (bodied) {
            var coming = new BodyIntake(door, this, request, length);
            intake = coming;
            request.handler(coming::more);
        }
    }

    /// What this request has reserved for its body, and for what is made of it.
    synchronized BodyBudget.Share memory() {
        BodyBudget.Share share = memory;
        if (share == null) {
            share = door.memory().share();
            memory = share;
        }
        return share;
    }

    void rejectTooLarge() {
        reject(
                413,
                "the body is larger than "
                        + door.limits().bodyBytes()
                        + " bytes (setting server.limits.body-bytes)");
    }

    private void complete() {
        bodyEnded = true;
        line.requestCame();
        if (answered.get() || gone || running()) {
            return;
        }
        try {
            BodyIntake came = intake;
            if (came != null) {
                body = came.whole();
                intake = null;
            }
            start();
        } catch (Throwable failure) {
            failed("the request", failure);
        }
    }

    private synchronized boolean running() {
        return running;
    }

    private void start() {
        synchronized (this) {
            running = true;
        }
        try {
            threads().start(this);
        } catch (Throwable failure) {
            synchronized (this) {
                running = false;
            }
            throw failure;
        }
    }

    private Threads threads() {
        return body.length <= LOOPED_MOST
                ? line.watch().home().threads().orElseGet(door::threads)
                : door.threads();
    }

    /// On the loop: the gateway itself went wrong.
    void failed(String what, Throwable failure) {
        LOG.error("{} could not be taken", what, failure);
        reject(500, "the gateway failed to take this request");
    }

    /// Answers in the door's own words; afterwards nothing more is executed on an HTTP/1 connection,
    /// because where the next request begins can no longer be known.
    void reject(int status, String reason) {
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        try {
            ErrorPage.Page page = page(status, reason);
            prepare(page.head());
            closeAfterAnswer();
            end(BufferInternal.buffer(Unpooled.wrappedBuffer(page.body())));
        } catch (Throwable failure) {
            LOG.error("a request could not be refused", failure);
            breakOff();
        }
    }

    private ErrorPage.Page page(int status, String reason) {
        return VertxConnection.page(door.errors(), asked(), status, reason);
    }

    private ErrorPage.Asked asked() {
        return new ErrorPage.Asked(path(), header("origin"), header("x-request-id"));
    }

    private void closeAfterAnswer() {
        if (!http2()) {
            last = true;
            line.lastAnswer();
        }
    }

    /// The request broke off, or its chunks make no sense.
    private void broken(Throwable cause) {
        if (cause instanceof HttpClosedException || cause instanceof StreamResetException || gone) {
            lost();
            return;
        }
        if (running()) {
            breakOff();
            return;
        }
        reject(400, "the request's body is not framed as HTTP demands");
        // Vert.x flushes when more has been read, which need not come.
        onLoop(line::flush);
    }

    /// What breaks the request is told to [#broken]; here only what ends the answer counts.
    private void failed(Throwable cause) {
        if (cause instanceof HttpClosedException || cause instanceof StreamResetException) {
            lost();
        }
    }

    private void lost() {
        VertxSocket opened = socket;
        if (opened != null) {
            opened.lost();
        }
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
        try {
            if (!response.headWritten()) {
                sayClose();
            }
            var _ = response.end(rest).onComplete(_ -> settle());
        } catch (Throwable failure) {
            broke(failure);
        }
    }

    /// On the loop: the answer cannot leave.
    void broke(Throwable failure) {
        LOG.error("the answer to {} cannot be sent", path(), failure);
        breakOff();
        lost();
    }

    /// Tells an HTTP/1 client that this connection carries no further request.
    private void sayClose() {
        if (!http2() && (last || door.closing())) {
            last = true;
            response.headers().set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
    }

    /// On the loop: nobody at the other end of the socket listens any more.
    void leftSocket() {
        parted = true;
        interrupt();
    }

    /// On the loop: the last that the socket had to say has left.
    void partedFromSocket() {
        parted = true;
        settle();
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
        if (http2() && !bodyEnded && !gone) {
            var _ = loop().schedule(this::closeStream, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        }
        intake = null;
        synchronized (this) {
            left = true;
            if (!running) {
                giveBack();
            }
        }
        if (last && !gone) {
            line.linger();
        }
    }

    /// RFC 9113 §8.1: the answer is whole, and the rest of the request is of no use.
    private void closeStream() {
        if (!bodyEnded) {
            var _ = response.reset(NO_ERROR);
        }
    }

    /// The memory is free when the answer has left and nobody works with the body any more.
    private void giveBack() {
        BodyBudget.Share share = memory;
        memory = null;
        if (share != null) {
            share.giveBack();
        }
    }

    /// The door has no more time.
    void endNow() {
        closing = true;
        interrupt();
    }

    /// Looks whether the body comes as it should.
    void sweep(long nowMillis) {
        BodyIntake coming = intake;
        if (coming != null && !bodyEnded && !answered.get()) {
            coming.sweep(nowMillis);
        }
    }

    private boolean http2() {
        return request.version() == HttpVersion.HTTP_2;
    }

    int held() {
        VertxSocket opened = socket;
        VertxStream open = stream;
        return opened != null ? opened.held() : open == null ? 0 : open.held();
    }

    long sent() {
        VertxSocket opened = socket;
        VertxStream open = stream;
        return opened != null ? opened.sent() : open == null ? 0 : open.sent();
    }

    /// Whether it is answered, or nobody waits for that any more.
    boolean over() {
        return answered.get() || gone;
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

    /// Nothing sensible can follow what has been sent: ends the connection, or of HTTP/2 the stream.
    void breakOff() {
        onLoop(() -> {
            if (http2()) {
                var _ = response.reset(INTERNAL_ERROR);
            } else {
                line.breakOff();
            }
            lost();
        });
    }

    /// Where the door is closed there is no loop any more, and nobody who would read.
    void onLoop(Runnable task) {
        try {
            line.watch().home().execute(task);
        } catch (RejectedExecutionException closed) {
            LOG.debug("the door is closed before {} was answered", path(), closed);
        }
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
            handle();
        } finally {
            synchronized (this) {
                thread = null;
            }
            try {
                finish();
            } finally {
                synchronized (this) {
                    running = false;
                    if (left) {
                        giveBack();
                    }
                }
            }
        }
    }

    private void handle() {
        try {
            HttpHandler.Entry entered = entry;
            if (entered != null) {
                entered.answer().run();
            }
        } catch (Throwable failure) {
            LOG.error("{} {} could not be handled", method(), path(), failure);
            VertxSocket opened = socket;
            if (opened != null) {
                opened.failed();
            }
        }
    }

    /// A handler that forgot to answer, or could not, must not leave the client waiting.
    private void finish() {
        if (!answered.get()) {
            ErrorPage.Page page = page(500, "the gateway failed to answer this request");
            respond(page.head(), page.body());
            return;
        }
        VertxStream open = stream;
        if (open != null && !open.ended()) {
            breakOff();
        }
        VertxSocket opened = socket;
        if (opened != null) {
            opened.served();
        }
    }

    @Override
    public String method() {
        return request.method().name();
    }

    @Override
    public String path() {
        String uri = uri();
        int mark = uri.indexOf('?');
        return mark < 0 ? uri : uri.substring(0, mark);
    }

    @Override
    public String query() {
        String uri = uri();
        int mark = uri.indexOf('?');
        return mark < 0 ? "" : uri.substring(mark + 1);
    }

    /// Of CONNECT in HTTP/2 there is none.
    private String uri() {
        String uri = request.uri();
        return uri == null ? "" : uri;
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(request.headers().get(name));
    }

    @Override
    public List<String> headers(String name) {
        return request.headers().getAll(name);
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public BodyBudget.Room room(long bytes) {
        if (bytes <= 0) {
            return BodyBudget.Room.GRANTED;
        }
        try {
            return memory().await(bytes, body.length <= BodyBudget.SMALL);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return BodyBudget.Room.LATER;
        }
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
        return gone || parted;
    }

    @Override
    public boolean closing() {
        return closing;
    }

    @Override
    public void respond(ResponseHead head, byte[] answer) {
        claim();
        try {
            prepare(head);
            Buffer buffer = BufferInternal.buffer(Unpooled.wrappedBuffer(answer));
            onLoop(() -> end(buffer));
        } catch (Throwable failure) {
            LOG.error("the answer to {} cannot be sent", path(), failure);
            breakOff();
        }
    }

    @Override
    public HttpStream stream(ResponseHead head) {
        claim();
        try {
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
        } catch (Throwable failure) {
            breakOff();
            throw failure;
        }
    }

    @Override
    public boolean upgradable() {
        return request.version() == HttpVersion.HTTP_1_1;
    }

    @Override
    public DoorSocket upgrade(String accept, List<ResponseHeader> head) {
        claim();
        var opened = new VertxSocket(door, this, line);
        socket = opened;
        var text =
                new StringBuilder("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n")
                        .append("connection: Upgrade\r\nsec-websocket-accept: ")
                        .append(accept)
                        .append("\r\n");
        for (ResponseHeader field : head) {
            if (SafeHeaders.isName(field.name())) {
                text.append(field.name())
                        .append(": ")
                        .append(SafeHeaders.value(field.value()))
                        .append("\r\n");
            }
        }
        byte[] bytes = text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        onLoop(() -> {
            if (gone) {
                opened.lost();
            } else {
                line.become(opened, bytes);
            }
        });
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
        if (head.status() == UPGRADE_REQUIRED && !http2()) {
            // RFC 9110 §7.8: what is to be upgraded to is named in `upgrade`.
            fields.set(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
        }
        try {
            if (!http2()) {
                head.forEach((name, value) -> fields.add(name, SafeHeaders.value(value)));
                return;
            }
        } catch (IllegalArgumentException forbidden) {
            fields.clear();
        }
        // Vert.x looks itself at the names that leave by HTTP/1.
        head.forEach((name, value) -> {
            if (SafeHeaders.isName(name)) {
                fields.add(name, SafeHeaders.value(value));
            } else {
                LOG.error("`{}` is no name of a header, and left out", SafeHeaders.value(name));
            }
        });
    }
}
