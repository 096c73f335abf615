package dev.switchgear.server.gateway.llm;

import dev.switchgear.families.llm.price.Cost;
import dev.switchgear.families.llm.tokens.TokenUsage;

/// What one attempt is entered into the books at.
record Booked(TokenUsage usage, Cost cost) {}
