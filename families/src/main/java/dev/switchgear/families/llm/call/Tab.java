package dev.switchgear.families.llm.call;

import dev.switchgear.core.call.Dispatch;
import dev.switchgear.core.call.Outcome;
import dev.switchgear.families.money.Reservation;
import java.util.Optional;

/// Where it is written down what a call led to, attempt by attempt: those too whose answer nobody waited
/// for any more, because another was first or the client has gone. Thread-safe.
public interface Tab {
    /// Nobody keeps books; what was held back counts as spent.
    Tab NONE =
            new Tab() {
                @Override
                public boolean bounded() {
                    return false;
                }

                @Override
                public boolean begin() {
                    return true;
                }

                @Override
                public void end(
                        Dispatch<LlmRequest> attempt,
                        Optional<Outcome<LlmReply>> outcome,
                        Optional<Reservation> held) {
                    held.ifPresent(reservation -> reservation.settle(Optional.empty()));
                }
            };

    /// Whether a budget bounds what the call may cost.
    boolean bounded();

    /// An attempt begins, which is owed an [#end]. False: the call is over, and nothing may be sent for it
    /// any more.
    boolean begin();

    /// An attempt has ended.
    ///
    /// @param outcome empty where the adapter broke, so that nobody knows what the provider has done
    /// @param held what was held back for it beside what is held back for the call; ended by whoever
    ///     keeps the tab
    void end(
            Dispatch<LlmRequest> attempt,
            Optional<Outcome<LlmReply>> outcome,
            Optional<Reservation> held);
}
