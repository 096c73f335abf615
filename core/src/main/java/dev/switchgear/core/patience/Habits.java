package dev.switchgear.core.patience;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/// How long the subjects of one upstream take to answer. It outlives configurations: what was learned is
/// not to be learned again because a setting changed. Thread-safe.
///
/// At most 1,024 subjects are known: where there are more, an eighth of them is forgotten at once, those
/// that were heard of least recently, so that even who asks for ever other ones pays for that once in
/// many calls. Only who answers, or is waited for in vain, becomes known: a name that somebody made up
/// does not.
public final class Habits {
    static final int SUBJECTS_MAX = 1_024;

    /// The part that is forgotten at once.
    private static final int PART = 8;

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
    private final ReentrantLock forgetting = new ReentrantLock();

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
                forgetSome();
            }
        } else {
            subject.heardOf = clock.incrementAndGet();
        }
        return subject;
    }

    /// One thread does it; whoever else comes meanwhile goes on.
    private void forgetSome() {
        if (!forgetting.tryLock()) {
            return;
        }
        try {
            long[] heardOf =
                    subjects.values().stream().mapToLong(one -> one.heardOf).sorted().toArray();
            if (heardOf.length > SUBJECTS_MAX) {
                long from = heardOf[heardOf.length - SUBJECTS_MAX + SUBJECTS_MAX / PART];
                subjects.values().removeIf(one -> one.heardOf < from);
            }
        } finally {
            forgetting.unlock();
        }
    }

    int size() {
        return subjects.size();
    }
}
