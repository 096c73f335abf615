package dev.switchgear.server.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.switchgear.server.door.BodyBudget;
import dev.switchgear.server.door.HttpExchange;
import dev.switchgear.server.door.HttpStream;
import dev.switchgear.server.door.ResponseHead;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A request without a door: remembers what it was answered.
public final class FakeExchange implements HttpExchange {
    private final String method;
    private final String path;
    private final byte[] body;
    private final Map<String, String> headers = new HashMap<>();
    private final ByteArrayOutputStream answered = new ByteArrayOutputStream();
    private final List<String> names = new ArrayList<>();
    private final Map<String, String> values = new HashMap<>();
    private int status;

    public FakeExchange(String method, String path, String body) {
        this.method = method;
        this.path = path;
        this.body = body.getBytes(UTF_8);
    }

    public FakeExchange with(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /// 0 while nothing was answered.
    public int status() {
        return status;
    }

    /// What was answered.
    public String answer() {
        return answered.toString(UTF_8);
    }

    /// A header of the answer; empty where there is none.
    public Optional<String> answered(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /// The names of the answer's headers in their order.
    public List<String> answeredNames() {
        return List.copyOf(names);
    }

    @Override
    public void respond(ResponseHead head, byte[] bytes) {
        begin(head);
        answered.writeBytes(bytes);
    }

    @Override
    public HttpStream stream(ResponseHead head) {
        begin(head);
        return new HttpStream() {
            @Override
            public boolean write(byte[] bytes, int offset, int length) {
                answered.write(bytes, offset, length);
                return true;
            }

            @Override
            public void end(byte[] last) {
                answered.writeBytes(last);
            }
        };
    }

    private void begin(ResponseHead head) {
        if (status != 0) {
            throw new IllegalStateException("a request is answered twice");
        }
        status = head.status();
        head.forEach((name, value) -> {
            names.add(name);
            values.put(name, value);
        });
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String path() {
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }

    @Override
    public String query() {
        int query = path.indexOf('?');
        return query < 0 ? "" : path.substring(query + 1);
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public BodyBudget.Room room(long bytes) {
        return BodyBudget.Room.GRANTED;
    }

    @Override
    public InetAddress remote() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public long arrivedNanos() {
        return System.nanoTime();
    }

    @Override
    public boolean gone() {
        return false;
    }

    @Override
    public boolean closing() {
        return false;
    }
}
