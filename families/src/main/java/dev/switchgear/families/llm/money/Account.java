package dev.switchgear.families.llm.money;

/// Whose money is counted.
public record Account(Kind kind, String name) {
    /// All clients of this gateway together.
    public static final Account EVERYBODY = new Account(Kind.EVERYBODY, "");

    /// What kind of name it is.
    public enum Kind {
        EVERYBODY,
        /// A client, by the name of its key.
        CLIENT,
        /// A credential at a provider, as `provider/key`.
        UPSTREAM
    }

    public static Account client(String name) {
        return new Account(Kind.CLIENT, name);
    }

    public static Account upstream(String provider, String key) {
        return new Account(Kind.UPSTREAM, provider + "/" + key);
    }
}
