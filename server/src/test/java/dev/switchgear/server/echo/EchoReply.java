package dev.switchgear.server.echo;

/// What is answered in this family.
///
/// @param text as it came back
record EchoReply(String text) {
    /// How many words it has: what this family counts.
    int words() {
        return text.isBlank() ? 0 : text.strip().split("\\s+", -1).length;
    }
}
