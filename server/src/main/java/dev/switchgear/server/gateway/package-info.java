/// What the gateway is for every family: upstreams behind their guards by the configuration in force,
/// and the questions that cost nothing. Knows no family; each has a room of its own below this one.
/// The map from configuration to core lives here and nowhere else.
@NullMarked
package dev.switchgear.server.gateway;

import org.jspecify.annotations.NullMarked;
