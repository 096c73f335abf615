/// One configuration in force: its upstreams behind their guards, and the routes that lead to them.
/// The map from configuration to core lives here and nowhere else.
@NullMarked
package dev.switchgear.server.gateway;

import org.jspecify.annotations.NullMarked;
