package dev.switchgear.importer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What became of a whole source.
///
/// @param file the source's name
/// @param findings each value of the source is in exactly one; by line
/// @param remarks what to look at before the configuration is used
/// @param variables the environment variables that the configuration refers to
/// @param invented those of them whose value stands in the source itself and has to be set by hand
public record ImportReport(
        String file,
        List<Finding> findings,
        List<String> remarks,
        Set<String> variables,
        Set<String> invented) {
    public ImportReport {
        findings = List.copyOf(findings);
        remarks = List.copyOf(remarks);
        variables = Collections.unmodifiableSet(new TreeSet<>(variables));
        invented = Collections.unmodifiableSet(new TreeSet<>(invented));
    }

    /// How many values of the source had this fate.
    public int count(Fate fate) {
        return findings.stream()
                .filter(finding -> finding.fate() == fate)
                .mapToInt(finding -> finding.values().size())
                .sum();
    }

    /// For people, line by line.
    public void print(Consumer<String> line) {
        section(line, "Carried", Fate.CARRIED);
        section(line, "Carried differently", Fate.CHANGED);
        section(line, "Not carried", Fate.NOT_CARRIED);
        if (!remarks.isEmpty()) {
            line.accept("Look at");
            remarks.forEach(remark -> line.accept("  " + remark));
        }
        if (!variables.isEmpty()) {
            line.accept("Set before the start");
            variables.forEach(name ->
                    line.accept(
                            "  "
                                    + name
                                    + (invented.contains(name)
                                            ? "  (its value stands in " + file + ")"
                                            : "")));
        }
        line.accept(
                "%s: %d values carried, %d carried differently, %d not carried."
                        .formatted(
                                file,
                                count(Fate.CARRIED),
                                count(Fate.CHANGED),
                                count(Fate.NOT_CARRIED)));
    }

    private void section(Consumer<String> line, String title, Fate fate) {
        var lines = new ArrayList<String>();
        for (Finding finding : findings) {
            if (finding.fate() == fate) {
                int values = finding.values().size();
                lines.add(
                        "  line "
                                + finding.line()
                                + ": "
                                + finding.path()
                                + (values > 1 ? " (" + values + " values)" : "")
                                + ": "
                                + finding.note());
            }
        }
        if (!lines.isEmpty()) {
            line.accept(title);
            lines.forEach(line);
        }
    }

    /// For machines.
    ///
    /// @param configuration what was made of the source
    public String json(String configuration) {
        var mapper = JsonMapper.shared();
        ObjectNode result = mapper.createObjectNode();
        result.put("source", file);
        result.put("configuration", configuration);
        var all = result.putArray("findings");
        for (Finding finding : findings) {
            all.addObject()
                    .put("fate", finding.fate().name().toLowerCase(java.util.Locale.ROOT))
                    .put("path", finding.path())
                    .put("line", finding.line())
                    .put("values", finding.values().size())
                    .put("note", finding.note());
        }
        var looks = result.putArray("remarks");
        remarks.forEach(looks::add);
        var names = result.putArray("variables");
        for (String name : variables) {
            names.addObject().put("name", name).put("in-source", invented.contains(name));
        }
        return mapper.writeValueAsString(result);
    }
}
