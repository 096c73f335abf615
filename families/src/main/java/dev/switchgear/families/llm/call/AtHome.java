package dev.switchgear.families.llm.call;

import dev.switchgear.core.call.UpstreamId;
import dev.switchgear.families.llm.scan.RequestBody;

/// A request that refers to what one account keeps for us: that account is asked in the client's own
/// few bytes, everybody else for the whole.
///
/// @param upstream who keeps it
/// @param body the client's bytes, with their references
public record AtHome(UpstreamId upstream, RequestBody body) {}
