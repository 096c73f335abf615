package dev.switchgear.wire.egress;

import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Endpoint.Scheme;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Decides whether we may connect to an endpoint, and to which addresses exactly.
///
/// The answer is a list of addresses rather than a yes, because a name can resolve differently a
/// moment later (rebinding): the connector connects to what was checked, and asks again for every
/// new connection. One bad address among good ones refuses them all. Thread-safe.
public final class EgressGuard {
    private static final int ADDRESSES_MAX = 16;

    /// What clouds call the service that hands out the machine's own credentials.
    private static final Set<String> METADATA_NAMES =
            Set.of(
                    "metadata",
                    "metadata.google.internal",
                    "metadata.goog",
                    "metadata.azure.internal",
                    "metadata.azure.com",
                    "metadata.packet.net",
                    "metadata.platformequinix.com",
                    "metadata.tencentyun.com",
                    "metadata.nicvps.com",
                    "instance-data",
                    "instance-data.ec2.internal",
                    "rancher-metadata",
                    "rancher-metadata.rancher.internal");

    private final EgressRules rules;
    private final Resolver resolver;

    public EgressGuard(EgressRules rules, Resolver resolver) {
        this.rules = rules;
        this.resolver = resolver;
    }

    /// The addresses to connect to, in the resolver's order; at least one, at most 16. Blocks while
    /// the name is looked up.
    ///
    /// @throws WireException [Kind#EGRESS_DENIED] or [Kind#NAME_UNKNOWN]; nothing has been sent
    public List<InetAddress> check(Endpoint endpoint) throws WireException {
        checkWithoutLookup(endpoint);
        boolean named = named(endpoint);
        List<InetAddress> addresses = addresses(endpoint);
        for (InetAddress address : addresses) {
            judge(endpoint, named, address);
        }
        return addresses.subList(0, Math.min(addresses.size(), ADDRESSES_MAX));
    }

    private static void judge(Endpoint endpoint, boolean named, InetAddress address)
            throws WireException {
        Optional<String> reason =
                named ? AddressRanges.never(address) : AddressRanges.denied(address);
        if (reason.isPresent()) {
            throw denied(
                    endpoint,
                    address.getHostAddress()
                            + " is no public address ("
                            + reason.get()
                            + (named
                                    ? "), which allow-private cannot open"
                                    : "); egress.allow-private may name this endpoint"));
        }
    }

    /// The part of [#check] that asks no name server, for use when a configuration is read.
    ///
    /// @throws WireException [Kind#EGRESS_DENIED]
    public void checkWithoutLookup(Endpoint endpoint) throws WireException {
        if (METADATA_NAMES.contains(endpoint.host())) {
            throw denied(endpoint, "the host is a cloud metadata service");
        }
        boolean named = named(endpoint);
        if (endpoint.literal()) {
            judge(endpoint, named, InetAddress.ofLiteral(endpoint.host()));
        }
        if (named) {
            return;
        }
        if (isThisMachine(endpoint.host())) {
            throw denied(
                    endpoint,
                    "this machine is no public address; egress.allow-private may name this endpoint");
        }
        if (endpoint.scheme() != Scheme.HTTPS) {
            throw denied(endpoint, "plain http is only for endpoints named in allow-private");
        }
        if (!rules.ports().contains(endpoint.port())) {
            throw denied(endpoint, "port " + endpoint.port() + " is not in egress.ports");
        }
    }

    /// By its name alone (RFC 6761, section 6.3).
    private static boolean isThisMachine(String host) {
        return host.equals("localhost") || host.endsWith(".localhost");
    }

    private boolean named(Endpoint endpoint) {
        return rules.allowPrivate().contains(endpoint.authority());
    }

    private List<InetAddress> addresses(Endpoint endpoint) throws WireException {
        if (endpoint.literal()) {
            return List.of(InetAddress.ofLiteral(endpoint.host()));
        }
        try {
            List<InetAddress> found = List.copyOf(resolver.resolve(endpoint.host()));
            if (!found.isEmpty()) {
                return found;
            }
        } catch (UnknownHostException e) {
            throw new WireException(
                    Kind.NAME_UNKNOWN, false, endpoint.host() + ": the name is unknown", e);
        }
        throw new WireException(
                Kind.NAME_UNKNOWN, false, endpoint.host() + ": the name has no address");
    }

    private static WireException denied(Endpoint endpoint, String why) {
        return new WireException(Kind.EGRESS_DENIED, false, endpoint.authority() + ": " + why);
    }
}
