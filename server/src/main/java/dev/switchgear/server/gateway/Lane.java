package dev.switchgear.server.gateway;

import dev.switchgear.core.routing.Route;
import dev.switchgear.families.llm.call.LlmReply;
import dev.switchgear.families.llm.call.LlmRequest;
import java.time.Duration;

/// A route for one model, and how long its calls may take.
record Lane(Route<LlmRequest, LlmReply> route, Duration total) {}
