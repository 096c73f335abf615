package dev.switchgear.wire;

/// What goes to a provider. `Host`, `Content-Length` and `Connection` are the connector's to write.
///
/// @param path from the endpoint's base path on, with its query: `/chat/completions`
/// @param headers may hold credentials; never printed
/// @param body empty for none
public record OutgoingRequest(String method, String path, Headers headers, byte[] body) {
    @Override
    public String toString() {
        return method + " " + path + " (" + body.length + " bytes)";
    }
}
