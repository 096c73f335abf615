package dev.switchgear.families.money;

/// Whose money is counted.
public record Payer(Kind kind, String name) {
    /// All clients of this gateway together.
    public static final Payer EVERYBODY = new Payer(Kind.EVERYBODY, "");

    /// What kind of name it is.
    public enum Kind {
        EVERYBODY,
        /// A client, by the name of its key.
        CLIENT,
        /// A credential at a provider, as `provider/key`.
        UPSTREAM
    }

    public static Payer client(String name) {
        return new Payer(Kind.CLIENT, name);
    }

    public static Payer upstream(String provider, String key) {
        return new Payer(Kind.UPSTREAM, provider + "/" + key);
    }
}
