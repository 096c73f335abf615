package dev.switchgear.server.door;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/// Status and header fields of an answer, in the order they were added. `content-length`,
/// `transfer-encoding`, `connection` and `date` are the door's business. For one thread.
public final class ResponseHead {
    private final int status;

    /// Name, value, name, value, …
    private final List<String> flat = new ArrayList<>(32);

    private ResponseHead(int status) {
        this.status = status;
    }

    /// @param status of a final answer: 200 to 599
    public static ResponseHead of(int status) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status " + status + " (expected: 200 to 599)");
        }
        return new ResponseHead(status);
    }

    public static ResponseHead of(int status, String contentType) {
        return new ResponseHead(status).with("content-type", contentType);
    }

    /// @param name in lower case
    /// @param value what HTTP forbids in it leaves percent-encoded
    /// @throws IllegalArgumentException where the name is the door's business
    public ResponseHead with(String name, String value) {
        switch (name) {
            case "content-length", "transfer-encoding", "connection", "date" ->
                    throw new IllegalArgumentException(name + " is set by the door alone");
            default -> {}
        }
        flat.add(name);
        flat.add(value);
        return this;
    }

    /// The same, several at once.
    public ResponseHead with(List<ResponseHeader> fields) {
        for (ResponseHeader field : fields) {
            with(field.name(), field.value());
        }
        return this;
    }

    public int status() {
        return status;
    }

    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < flat.size(); i += 2) {
            action.accept(flat.get(i), flat.get(i + 1));
        }
    }
}
