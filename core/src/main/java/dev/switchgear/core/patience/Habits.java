package dev.switchgear.core.patience;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// How long the subjects of one upstream take to answer. It outlives configurations: what was learned is
/// not to be learned again because a setting changed. Thread-safe.
///
/// At most 256 subjects are known: for one more, the one that was heard of least recently is forgotten.
/// Only who answers, or is waited for in vain, becomes known: a name that somebody made up does not.
public final class Habits {
    static final int SUBJECTS_MAX = 256;

    private static final class Subject {
        private final Map<Form, Map<Phase, Lengths>> lengths = new EnumMap<>(Form.class);
        private volatile long heardOf;

        Subject(long heardOf) {
            this.heardOf = heardOf;
            for (Form form : Form.values()) {
                var phases = new EnumMap<Phase, Lengths>(Phase.class);
                for (Phase phase : Phase.values()) {
                    phases.put(phase, new Lengths(phase));
                }
                lengths.put(form, phases);
            }
        }

        Lengths of(Form form, Phase phase) {
            Lengths found = lengths.getOrDefault(form, Map.of()).get(phase);
            if (found == null) {
                throw new IllegalStateException("no lengths for " + form + ", " + phase);
            }
            return found;
        }
    }

    private final ConcurrentHashMap<String, Subject> subjects = new ConcurrentHashMap<>();
    private final AtomicLong clock = new AtomicLong();

    /// Takes note of an answer for which the phase took `nanos`.
    public void took(String subject, Form form, Phase phase, long nanos) {
        known(subject).of(form, phase).took(nanos);
    }

    /// Takes note of a wait for so long that ended without an answer.
    public void inVain(String subject, Form form, Phase phase, Duration waited) {
        known(subject).of(form, phase).inVain(waited);
    }

    /// How long it is worth waiting.
    Wait wait(String subject, Form form, Phase phase, Nature nature) {
        Subject known = subjects.get(subject);
        return known == null
                ? new Wait(nature.untaught(), new Wait.Why.Untaught(nature))
                : known.of(form, phase).wait(nature);
    }

    private Subject known(String name) {
        Subject subject = subjects.get(name);
        if (subject == null) {
            long now = clock.incrementAndGet();
            subject = subjects.computeIfAbsent(name, _ -> new Subject(now));
            if (subjects.size() > SUBJECTS_MAX) {
                forgetOne();
            }
        } else {
            subject.heardOf = clock.incrementAndGet();
        }
        return subject;
    }

    private void forgetOne() {
        String oldest = "";
        long least = Long.MAX_VALUE;
        for (Map.Entry<String, Subject> entry : subjects.entrySet()) {
            if (entry.getValue().heardOf < least) {
                least = entry.getValue().heardOf;
                oldest = entry.getKey();
            }
        }
        subjects.remove(oldest);
    }

    int size() {
        return subjects.size();
    }
}
