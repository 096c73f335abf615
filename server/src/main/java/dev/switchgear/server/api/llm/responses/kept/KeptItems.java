package dev.switchgear.server.api.llm.responses.kept;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The items that lie in a document, whatever it is. Pure.
public final class KeptItems {
    private KeptItems() {}

    public static List<ObjectNode> of(byte[] document) {
        if (KeptAnswer.is(document)) {
            KeptAnswer kept = KeptAnswer.of(document);
            var items = new ArrayList<>(kept.inputItems());
            items.addAll(kept.outputItems());
            return items;
        }
        return Conversation.itemsIn(document);
    }

    /// Their names.
    static List<String> names(byte[] document) {
        return of(document).stream()
                .map(item -> item.path("id").stringValue(""))
                .filter(name -> !name.isEmpty())
                .toList();
    }
}
