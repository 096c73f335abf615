/// What operators ask: is it alive, is it ready, how are the upstreams, what are the figures.
/// Some of it also as it is asked of another gateway.
@NullMarked
package dev.switchgear.server.api.operate;

import org.jspecify.annotations.NullMarked;
