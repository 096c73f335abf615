package dev.switchgear.wire.http;

import dev.switchgear.wire.Endpoint;

/// What two requests must have in common to use the same connection one after the other: scheme,
/// place and credential.
///
/// @param poolKey names the credential
record ConnectionKey(Endpoint.Scheme scheme, String host, int port, String poolKey) {
    String authority() {
        return host + ":" + port;
    }
}
