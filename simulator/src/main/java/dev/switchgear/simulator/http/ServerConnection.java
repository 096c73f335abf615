package dev.switchgear.simulator.http;

import dev.switchgear.core.time.SystemTime;
import dev.switchgear.core.time.Time;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One client's connection. Belongs to one thread; only [#close] may be called from another.
public final class ServerConnection implements AutoCloseable {
    private static final int BUFFER = 2048;
    private static final int HEADERS_MAX = 200;

    /// Below this, listening for a hang-up costs more than the write that would notice it.
    private static final Duration WORTH_LISTENING = Duration.ofMillis(20);

    private static final byte[] CONTINUE =
            "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final HttpLimits limits;
    private final Time time;

    /// On the machine's clock a pause is a read with a timeout, so that a hang-up ends it. Another
    /// clock does its own waiting.
    private final boolean listens;

    private byte[] buffer = new byte[BUFFER];
    private int from;
    private int to;
    private boolean bodyPending;

    ServerConnection(Socket socket, HttpLimits limits, Time time) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
        this.limits = limits;
        this.time = time;
        this.listens = time instanceof SystemTime;
    }

    /// Reads the next request up to its empty line; empty when the client has nothing more to ask.
    public Optional<ReceivedHead> head() throws IOException {
        int end = endOfHead();
        if (end < 0) {
            return Optional.empty();
        }
        String text = new String(buffer, from, end - from, StandardCharsets.ISO_8859_1);
        from = end + 4;
        ReceivedHead head = parse(text);
        bodyPending =
                head.header("transfer-encoding").isPresent()
                        || !head.header("content-length").orElse("0").trim().equals("0");
        return Optional.of(head);
    }

    /// Reads the body that belongs to `head`, after telling a client that waits for permission to go
    /// on.
    public byte[] body(ReceivedHead head) throws IOException {
        if (!bodyPending) {
            return new byte[0];
        }
        Optional<String> coding = head.header("transfer-encoding");
        Optional<String> length = head.header("content-length");
        if (coding.isPresent() && length.isPresent()) {
            throw new BadRequestException(400, "content-length together with transfer-encoding");
        }
        long announced = length.isPresent() ? lengthOf(length.get().trim()) : 0;
        if (announced > limits.bodyBytes()) {
            throw new BadRequestException(413, "body longer than " + limits.bodyBytes() + " bytes");
        }
        if (head.header("expect").map("100-continue"::equalsIgnoreCase).orElse(false)) {
            write(CONTINUE);
        }
        byte[] body;
        if (coding.isEmpty()) {
            body = exactly((int) announced);
        } else if (coding.get().trim().equalsIgnoreCase("chunked")) {
            body = chunks();
        } else {
            throw new BadRequestException(501, "transfer-encoding: only chunked is understood");
        }
        bodyPending = false;
        return body;
    }

    /// False while part of a request lies unread, which makes the connection useless for the next.
    public boolean reusable() {
        return !bodyPending;
    }

    public void write(byte[] bytes) throws ClientGoneException {
        write(bytes, 0, bytes.length);
    }

    public void write(byte[] bytes, int offset, int length) throws ClientGoneException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            throw gone(e);
        }
    }

    /// Waits for `pause`; ends early, by throwing, when the client hangs up.
    public void pause(Duration pause) throws ClientGoneException {
        if (!pause.isPositive()) {
            return;
        }
        forgetRead();
        if (!listens || pause.compareTo(WORTH_LISTENING) < 0 || to == buffer.length) {
            sleep(pause);
            return;
        }
        long until = time.nanos() + pause.toNanos();
        for (long left = pause.toNanos(); left > 0; left = until - time.nanos()) {
            if (to == buffer.length) {
                sleep(Duration.ofNanos(left));
                return;
            }
            listen(Math.max(1, left / 1_000_000));
        }
    }

    /// Says nothing more until the client hangs up (then throws) or our patience ends.
    public void silence() throws ClientGoneException {
        forgetRead();
        long until = time.nanos() + limits.silence().toNanos();
        for (long left = limits.silence().toNanos(); left > 0; left = until - time.nanos()) {
            if (to == buffer.length) {
                // A client that sends ahead so much will not be heard hanging up.
                sleep(Duration.ofNanos(left));
                return;
            }
            listen(Math.max(1, left / 1_000_000));
        }
    }

    /// What was read and taken makes room for what is listened to: a long request fills it all.
    private void forgetRead() {
        if (from == to) {
            from = 0;
            to = 0;
        }
    }

    /// Ends the connection with a reset: what the client has not read yet may be lost.
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException _) {
            // The socket is closed already, so there is nothing left to reset.
        }
        close();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // A socket that cannot be closed is as gone as a closed one.
        }
    }

    /// Tells the client that no more bytes come and lets it read what was sent, where closing at
    /// once would reset a connection on which its bytes lie unread.
    public void hangUp() {
        try {
            socket.shutdownOutput();
            socket.setSoTimeout(1000);
            long allowance = 1 << 20;
            for (int read = in.read(buffer); read > 0 && allowance > 0; read = in.read(buffer)) {
                allowance -= read;
            }
        } catch (IOException _) {
            // The client was quicker to close.
        }
        close();
    }

    private void sleep(Duration pause) throws ClientGoneException {
        try {
            time.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw gone(e);
        }
    }

    /// Waits up to `millis` for the client to say something, which is kept for the next request.
    private void listen(long millis) throws ClientGoneException {
        try {
            socket.setSoTimeout((int) Math.min(Integer.MAX_VALUE, millis));
            int read = in.read(buffer, to, buffer.length - to);
            if (read < 0) {
                throw new ClientGoneException("the client closed the connection");
            }
            to += read;
        } catch (SocketTimeoutException _) {
            // Nothing was said, which is what a waiting client does.
        } catch (ClientGoneException e) {
            throw e;
        } catch (IOException e) {
            throw gone(e);
        }
    }

    private static ClientGoneException gone(Exception cause) {
        var gone = new ClientGoneException("the connection broke: " + cause.getMessage());
        gone.initCause(cause);
        return gone;
    }

    /// Index of the empty line's CRLF CRLF; -1 where the client closed between requests.
    private int endOfHead() throws IOException {
        int searched = from;
        while (true) {
            for (int i = searched; i + 3 < to; i++) {
                if (buffer[i] == '\r'
                        && buffer[i + 1] == '\n'
                        && buffer[i + 2] == '\r'
                        && buffer[i + 3] == '\n') {
                    return i;
                }
            }
            if (to - from > limits.headBytes()) {
                throw new BadRequestException(
                        431, "head longer than " + limits.headBytes() + " bytes");
            }
            int before = from;
            boolean began = to > from;
            if (!fill()) {
                if (began) {
                    throw new ClientGoneException("the client closed inside a request head");
                }
                return -1;
            }
            searched = Math.max(from, searched - (before - from) - 3);
        }
    }

    private static ReceivedHead parse(String text) throws BadRequestException {
        String[] lines = text.split("\r\n", -1);
        String[] words = lines[0].split(" ", -1);
        if (words.length != 3 || !words[2].matches("HTTP/1\\.[01]") || words[0].isEmpty()) {
            throw new BadRequestException(400, "not a request line of HTTP/1.1");
        }
        if (lines.length > HEADERS_MAX) {
            throw new BadRequestException(431, "more than " + HEADERS_MAX + " headers");
        }
        List<Header> headers = new ArrayList<>(lines.length);
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon <= 0 || lines[i].substring(0, colon).contains(" ")) {
                throw new BadRequestException(400, "not a header: line " + (i + 1));
            }
            headers.add(
                    new Header(lines[i].substring(0, colon), lines[i].substring(colon + 1).trim()));
        }
        String target = words[1];
        int mark = target.indexOf('?');
        return new ReceivedHead(
                words[0],
                mark < 0 ? target : target.substring(0, mark),
                mark < 0 ? "" : target.substring(mark + 1),
                words[2].charAt(7) - '0',
                headers);
    }

    private static long lengthOf(String text) throws BadRequestException {
        if (!text.matches("[0-9]{1,18}")) {
            throw new BadRequestException(400, "content-length is not a number");
        }
        return Long.parseLong(text);
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = new byte[length];
        int done = Math.min(length, to - from);
        System.arraycopy(buffer, from, bytes, 0, done);
        from += done;
        while (done < length) {
            socket.setSoTimeout((int) limits.idle().toMillis());
            int read = in.read(bytes, done, length - done);
            if (read < 0) {
                throw new ClientGoneException("the client closed inside a request body");
            }
            done += read;
        }
        return bytes;
    }

    private byte[] chunks() throws IOException {
        var body = new ByteArrayOutputStream();
        while (true) {
            String line = line();
            String size = line.split(";", 2)[0].trim();
            if (!size.matches("[0-9a-fA-F]{1,8}")) {
                throw new BadRequestException(400, "not a chunk size");
            }
            long length = Long.parseLong(size, 16);
            if (length == 0) {
                skipTrailers();
                return body.toByteArray();
            }
            if (body.size() + length > limits.bodyBytes()) {
                throw new BadRequestException(
                        413, "body longer than " + limits.bodyBytes() + " bytes");
            }
            body.writeBytes(exactly((int) length));
            if (!line().isEmpty()) {
                throw new BadRequestException(400, "chunk data is longer than its size");
            }
        }
    }

    private void skipTrailers() throws IOException {
        for (int i = 0; i < HEADERS_MAX; i++) {
            if (line().isEmpty()) {
                return;
            }
        }
        throw new BadRequestException(431, "more than " + HEADERS_MAX + " trailers");
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        while (true) {
            if (from == to && !fill()) {
                throw new ClientGoneException("the client closed inside a request body");
            }
            char next = (char) (buffer[from++] & 0xff);
            if (next == '\n' && !line.isEmpty() && line.charAt(line.length() - 1) == '\r') {
                line.setLength(line.length() - 1);
                return line.toString();
            }
            line.append(next);
            if (line.length() > BUFFER) {
                throw new BadRequestException(400, "a line of the chunked body is too long");
            }
        }
    }

    /// Reads more bytes behind those not yet used; false at the end of the stream.
    private boolean fill() throws IOException {
        if (from > 0) {
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            from = 0;
            if (to == 0 && buffer.length > BUFFER) {
                buffer = new byte[BUFFER];
            }
        }
        if (to == buffer.length) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        socket.setSoTimeout((int) limits.idle().toMillis());
        int read = in.read(buffer, to, buffer.length - to);
        if (read < 0) {
            return false;
        }
        to += read;
        return true;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "connection from %s", socket.getRemoteSocketAddress());
    }
}
