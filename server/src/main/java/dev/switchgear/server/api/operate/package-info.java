/// What operators ask: is it alive, is it ready, how are the upstreams, what are the figures.
@NullMarked
package dev.switchgear.server.api.operate;

import org.jspecify.annotations.NullMarked;
