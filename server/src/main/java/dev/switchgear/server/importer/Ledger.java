package dev.switchgear.server.importer;

import dev.switchgear.server.importer.Part.Fields;
import dev.switchgear.server.importer.Part.Items;
import dev.switchgear.server.importer.Part.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Keeps what became of each value of a source. A value can be settled once; what is left at the end
/// is settled as not carried, so that nothing is dropped silently. Not thread-safe.
final class Ledger {
    private static final Comparator<Finding> BY_LINE =
            Comparator.comparingInt(Finding::line).thenComparing(Finding::path);

    private final Set<String> settled = new LinkedHashSet<>();
    private final List<Finding> findings = new ArrayList<>();
    private final Set<String> remarks = new LinkedHashSet<>();
    private final Set<String> variables = new TreeSet<>();
    private final Set<String> invented = new TreeSet<>();

    void carried(Part part, String where) {
        settle(Fate.CARRIED, part, where);
    }

    void changed(Part part, String how) {
        settle(Fate.CHANGED, part, how);
    }

    void dropped(Part part, String why) {
        settle(Fate.NOT_CARRIED, part, why);
    }

    private void settle(Fate fate, Part part, String note) {
        List<String> values = part.leaves().stream().map(Part::path).toList();
        for (String value : values) {
            if (!settled.add(value)) {
                throw new IllegalStateException("settled twice: " + value);
            }
        }
        findings.add(new Finding(fate, part.path(), part.line(), note, values));
    }

    boolean open(Part part) {
        return part.leaves().stream().noneMatch(leaf -> settled.contains(leaf.path()));
    }

    /// What a reader says about a part that nobody else settled.
    interface Reason {
        String of(Part part);
    }

    /// Settles what is left of `part` as not carried: whole where nothing of it is settled.
    ///
    /// @return what was settled now
    List<Finding> close(Part part, Reason reason) {
        int from = findings.size();
        closeRest(part, reason);
        return List.copyOf(findings.subList(from, findings.size()));
    }

    private void closeRest(Part part, Reason reason) {
        if (open(part) && !part.path().isEmpty()) {
            dropped(part, empty(part) ? "It is empty." : reason.of(part));
            return;
        }
        switch (part) {
            case Value _ -> {
                // Settled already.
            }
            case Items items -> items.items().forEach(item -> closeRest(item, reason));
            case Fields fields -> fields.fields().forEach(field -> closeRest(field.part(), reason));
        }
    }

    private static boolean empty(Part part) {
        return switch (part) {
            case Value value -> value.kind() == Part.Kind.NOTHING || value.text().isEmpty();
            case Items items -> items.items().isEmpty();
            case Fields fields -> fields.fields().isEmpty();
        };
    }

    /// All that is not carried so far, by line.
    List<Finding> lost() {
        return findings.stream()
                .filter(finding -> finding.fate() == Fate.NOT_CARRIED)
                .sorted(BY_LINE)
                .toList();
    }

    /// Something to look at that is no single value of the source.
    void remark(String text) {
        remarks.add(text);
    }

    /// The configuration refers to this environment variable.
    void refers(String variable) {
        variables.add(variable);
    }

    /// The configuration refers to this variable, whose value stands in the source.
    void invents(String variable) {
        variables.add(variable);
        invented.add(variable);
    }

    /// @param yaml what was made: only the variables it refers to matter
    Report report(String file, String yaml) {
        variables.removeIf(name -> !yaml.contains("${" + name + "}"));
        invented.retainAll(variables);
        return new Report(
                file,
                findings.stream().sorted(BY_LINE).toList(),
                List.copyOf(remarks),
                variables,
                invented);
    }
}
