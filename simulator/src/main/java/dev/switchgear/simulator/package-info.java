/// Providers that exist on this machine only: their wire formats, server side, with faults on demand.
/// Written from the reference and never from our adapters, so that both can be wrong only
/// separately.
///
/// `http` carries bytes, `mind` invents what is said, `limit` counts, `openai` speaks the API, and
/// this room disturbs it.
@NullMarked
package dev.switchgear.simulator;

import org.jspecify.annotations.NullMarked;
