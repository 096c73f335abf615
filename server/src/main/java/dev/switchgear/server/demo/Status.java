package dev.switchgear.server.demo;

/// How a provider is, in the words, shapes and colours that people see everywhere.
enum Status {
    SIGN_IN("sign in again", "@", 35),
    DOWN("down", "x", 31),
    DEGRADED("degraded", "!", 33),
    RECOVERING("recovering", ">", 36),
    HEALTHY("healthy", "+", 32);

    private final String word;
    private final String shape;
    private final int ansi;

    Status(String word, String shape, int ansi) {
        this.word = word;
        this.shape = shape;
        this.ansi = ansi;
    }

    String word() {
        return word;
    }

    String shape() {
        return shape;
    }

    String colour() {
        return "\u001b[" + ansi + "m";
    }
}
