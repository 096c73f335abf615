package dev.switchgear.server.api.llm.responses;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The items that lie in a document, whatever it is. Pure.
final class KeptItems {
    private KeptItems() {}

    static List<ObjectNode> of(byte[] document) {
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
