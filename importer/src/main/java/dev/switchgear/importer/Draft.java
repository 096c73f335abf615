package dev.switchgear.importer;

import dev.switchgear.importer.ImportPart.Fields;
import java.util.List;
import java.util.Set;

/// Our file as it grows out of a source: what the rooms of one reader have in common while they work.
/// Not thread-safe.
///
/// @param file the source's name
/// @param ledger what became of each value of the source
/// @param root all but providers, routes and resilience, which are written at the end
record Draft(
        String file, Fields source, Findings ledger, Names names, Accounts accounts, Block root) {
    /// @param prefix what stands before a variable's name in the source, such as `os.environ/`
    static Draft of(String file, Fields source, String prefix) {
        var ledger = new Findings();
        return new Draft(
                file,
                source,
                ledger,
                new Names(prefix, source, ledger),
                new Accounts(),
                new Block());
    }

    /// The whole file, once all values are settled.
    ///
    /// @param noted what is said at a route already, and need not be said again at the end
    Imported imported(List<ImportedRoute> routes, Block resilience, Set<Finding> noted) {
        accounts.write(root);
        ImportedRoute.write(routes, root);
        root.nest("resilience", resilience);
        List<Finding> lost =
                ledger.lost().stream().filter(finding -> !noted.contains(finding)).toList();
        if (!lost.isEmpty()) {
            root.tail("Not carried from " + file + ":");
            lost.forEach(finding -> root.tail(finding.words()));
        }
        String yaml = Page.of(root);
        return new Imported(yaml, ledger.report(file, yaml));
    }
}
