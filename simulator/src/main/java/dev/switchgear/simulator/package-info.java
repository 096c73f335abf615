/// Providers that exist on this machine only: their wire formats, server side, with faults on demand.
/// Written from the reference and never from our adapters, so that both can be wrong only
/// separately.
///
/// `http` carries bytes, `mind` invents what is said, `limit` counts; a room for each API says it in
/// that API's words. `fault` says what goes wrong, `settings` what is simulated, `provider` brings
/// both to a client, and `control` shows and changes it.
@NullMarked
package dev.switchgear.simulator;

import org.jspecify.annotations.NullMarked;
