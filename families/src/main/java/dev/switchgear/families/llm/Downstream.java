package dev.switchgear.families.llm;

/// The client's side of a streamed answer. Used by one attempt at a time, after that attempt has
/// committed.
///
/// Writing blocks while the client reads more slowly than the provider sends, so no more than the
/// door's buffer (64 KiB) is ever held for a stream. When the client has gone the writing thread is
/// interrupted, and every write from then on returns false.
public interface Downstream {
    /// For calls that are answered in one piece; writing to it is a bug.
    Downstream NONE =
            new Downstream() {
                @Override
                public boolean begin(int status, String contentType) {
                    throw new IllegalStateException("a plain call has no stream");
                }

                @Override
                public boolean write(byte[] bytes, int offset, int length) {
                    throw new IllegalStateException("a plain call has no stream");
                }
            };

    /// Sends the head of the answer; once, before the first write. False: the client has gone.
    boolean begin(int status, String contentType);

    /// Sends whole events, already in the client's dialect. The bytes are copied before this
    /// returns. False: the client has gone.
    boolean write(byte[] bytes, int offset, int length);
}
