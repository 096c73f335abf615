package dev.switchgear.importer;

import dev.switchgear.importer.ImportPart.Fields;
import dev.switchgear.importer.ImportPart.Items;
import dev.switchgear.importer.ImportPart.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Keeps what became of each value of a source. A value can be settled once; what is left at the end
/// is settled as not carried, so that nothing is dropped silently. Not thread-safe.
final class Findings {
    private static final Comparator<Finding> BY_LINE =
            Comparator.comparingInt(Finding::line).thenComparing(Finding::path);

    private final Set<String> settled = new LinkedHashSet<>();
    private final List<Finding> findings = new ArrayList<>();
    private final Set<String> remarks = new LinkedHashSet<>();
    private final Set<String> variables = new TreeSet<>();
    private final Set<String> invented = new TreeSet<>();

    void carried(ImportPart part, String where) {
        settle(Fate.CARRIED, part, where);
    }

    void changed(ImportPart part, String how) {
        settle(Fate.CHANGED, part, how);
    }

    void dropped(ImportPart part, String why) {
        settle(Fate.NOT_CARRIED, part, why);
    }

    /// Settles a part unless that is done: one value of the source may concern several of ours.
    void once(Fate fate, ImportPart part, String note) {
        if (open(part)) {
            settle(fate, part, note);
        }
    }

    private void settle(Fate fate, ImportPart part, String note) {
        List<String> values = part.leaves().stream().map(ImportPart::path).toList();
        for (String value : values) {
            if (!settled.add(value)) {
                throw new IllegalStateException("settled twice: " + value);
            }
        }
        findings.add(new Finding(fate, part.path(), part.line(), note, values));
    }

    boolean open(ImportPart part) {
        return part.leaves().stream().noneMatch(leaf -> settled.contains(leaf.path()));
    }

    /// What a reader says about a part that nobody else settled.
    interface Reason {
        String of(ImportPart part);
    }

    /// Settles what is left of `part` as not carried: whole where nothing of it is settled.
    ///
    /// @return what was settled now
    List<Finding> close(ImportPart part, Reason reason) {
        int from = findings.size();
        closeRest(part, reason);
        return List.copyOf(findings.subList(from, findings.size()));
    }

    private void closeRest(ImportPart part, Reason reason) {
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

    private static boolean empty(ImportPart part) {
        return switch (part) {
            case Value value -> value.kind() == ImportPart.Kind.NOTHING || value.text().isEmpty();
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
    ImportReport report(String file, String yaml) {
        variables.removeIf(name -> !yaml.contains("${" + name + "}"));
        invented.retainAll(variables);
        return new ImportReport(
                file,
                findings.stream().sorted(BY_LINE).toList(),
                List.copyOf(remarks),
                variables,
                invented);
    }
}
