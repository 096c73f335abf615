/// Where programs call that speak our own words: `/api/llm/chat` and `/api/llm/stream`.
@NullMarked
package dev.switchgear.server.api.llm.own;

import org.jspecify.annotations.NullMarked;
