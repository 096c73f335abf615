package dev.switchgear.server.echo;

import dev.switchgear.server.config.Config;
import dev.switchgear.server.gateway.Adapter;
import dev.switchgear.server.gateway.CoreSettings;
import dev.switchgear.wire.Endpoint;

/// Speaks to servers of the kind `echo`. Thread-safe.
final class EchoAdapter implements Adapter<EchoRequest, EchoReply> {
    @Override
    public boolean speaksTo(String id, Config.Provider provider) {
        return provider.kindOf(id).equals(EchoKind.NAME);
    }

    @Override
    public Ways<EchoRequest, EchoReply> to(Access access) {
        Config.Provider provider = access.provider();
        var upstream =
                new EchoUpstream(
                        access.id(),
                        Endpoint.parse(provider.baseUrl().orElseThrow().toString()),
                        access.transport(),
                        CoreSettings.timeouts(provider.timeouts()));
        return new Ways<>(upstream, upstream::probe);
    }
}
