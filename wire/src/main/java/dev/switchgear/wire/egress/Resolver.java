package dev.switchgear.wire.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/// Turns a name into addresses; handed in, so that tests can answer like a hostile name server.
/// Thread-safe. May block: the connector bounds the wait.
@FunctionalInterface
public interface Resolver {
    /// @return at least one address
    List<InetAddress> resolve(String host) throws UnknownHostException;

    /// The machine's own name service, with the JDK's short cache.
    static Resolver system() {
        return host -> List.of(InetAddress.getAllByName(host));
    }
}
