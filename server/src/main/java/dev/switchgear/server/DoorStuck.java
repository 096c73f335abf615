package dev.switchgear.server;

/// The door does not open, and no other program has its port: the address is not this machine's, the
/// certificate cannot be read, or the machine takes minutes for it. The message says which.
final class DoorStuck extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DoorStuck(Throwable cause) {
        super("The door did not open: " + cause.getMessage() + ".", cause);
    }
}
