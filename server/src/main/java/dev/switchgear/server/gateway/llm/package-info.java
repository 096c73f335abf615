/// The LLM family behind its API: routes, upstreams, conversations and books.
@NullMarked
package dev.switchgear.server.gateway.llm;

import org.jspecify.annotations.NullMarked;
