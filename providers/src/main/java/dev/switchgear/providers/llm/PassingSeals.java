package dev.switchgear.providers.llm;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.seal.ClientSeals;
import dev.switchgear.families.llm.seal.SealMaker;
import dev.switchgear.families.llm.seal.SealNeedles;

/// Remembers whose the signatures are that pass in an answer. Almost no piece of one holds any; the others
/// cost one look. For one answer.
final class PassingSeals {
    private final SealNeedles needles;
    private final ClientSeals seals;
    private final SealMaker maker;

    PassingSeals(Dialect dialect, ModelTarget target, ClientSeals seals) {
        this.needles = SealNeedles.of(dialect);
        this.seals = seals;
        this.maker = new SealMaker(target.account(), target.model());
    }

    void look(byte[] data, int from, int to) {
        if (needles.hit(data, from, to)) {
            needles.any(data, from, to, this::made);
        }
    }

    /// @return false: all of them are to be seen
    private boolean made(String value) {
        seals.made(value, maker);
        return false;
    }
}
