package dev.switchgear.families.llm.chat;

import dev.switchgear.families.llm.Dialect;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// How the client knows a tool that it runs itself and that is offered as a function: its dialect has
/// another form for it, and gets a call of it back in that form. Immutable.
///
/// @param dialect whose words `raw` are
/// @param name the client's own; the function's may have the namespace in front
/// @param namespace it belongs to; empty for none
/// @param raw the tool as the client described it
/// @param listed whether the request's list of tools offers it, rather than its conversation
public record ClientTool(
        Dialect dialect,
        Form form,
        String name,
        Optional<Namespace> namespace,
        JsonNode raw,
        boolean listed) {
    /// What a call of it holds.
    public enum Form {
        /// Arguments in JSON, as the function's.
        FUNCTION,
        /// One text, which is the function's only argument, `input`.
        CUSTOM,
        /// One command with its arguments, and where to run it.
        LOCAL_SHELL,
        /// Commands for a shell.
        SHELL,
        /// A change of one file.
        APPLY_PATCH,
        /// A search for more tools, whose finds are offered from then on.
        TOOL_SEARCH
    }

    /// Tools that are told apart from others of the same name by it.
    ///
    /// @param description empty where not said
    public record Namespace(String name, String description) {}

    /// What the function is called, unless another is called so too.
    public static String functionName(Optional<Namespace> namespace, String name) {
        return namespace.map(space -> space.name() + "__" + name).orElse(name);
    }
}
