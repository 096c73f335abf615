package dev.switchgear.server.door.vertx;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.stream.Stream;
import jdk.jfr.Event;
import jdk.jfr.Name;

/// Tells the flight recorder of names that are looked up, which the JDK does not do by itself.
public final class LookedUpNames extends InetAddressResolverProvider {
    static final String EVENT = "switchgear.NameLookup";

    @Name(EVENT)
    static final class Lookup extends Event {}

    @Override
    public InetAddressResolver get(Configuration configuration) {
        InetAddressResolver builtin = configuration.builtinResolver();
        return new InetAddressResolver() {
            @Override
            public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
                    throws UnknownHostException {
                new Lookup().commit();
                return builtin.lookupByName(host, policy);
            }

            @Override
            public String lookupByAddress(byte[] address) throws UnknownHostException {
                new Lookup().commit();
                return builtin.lookupByAddress(address);
            }
        };
    }

    @Override
    public String name() {
        return "recorded";
    }
}
