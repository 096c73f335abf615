package dev.switchgear.dialects.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Changes to JSON that is known to be well-formed, made in its bytes: what is not changed stays as it
/// was written. Changes must not overlap. For one thread.
public final class JsonEdits {
    private final byte[] json;
    private final List<Edit> edits = new ArrayList<>();

    /// @param to behind what is replaced; `from` where `by` is only inserted
    private record Edit(int from, int to, byte[] by) {}

    public JsonEdits(byte[] json) {
        this.json = json;
    }

    public boolean isEmpty() {
        return edits.isEmpty();
    }

    public void replace(int from, int to, String by) {
        edits.add(new Edit(from, to, by.getBytes(StandardCharsets.UTF_8)));
    }

    public void value(JsonMember of, String by) {
        replace(of.valueFrom(), of.to(), by);
    }

    public void name(JsonMember of, String by) {
        replace(of.from(), of.from() + of.name().getBytes(StandardCharsets.UTF_8).length + 2, by);
    }

    /// Cuts fields out of an object, and puts others behind those that stay.
    ///
    /// @param brace of the object
    /// @param all its fields
    /// @param added each as `"name":value`
    public void fields(int brace, List<JsonMember> all, Set<JsonMember> cut, List<String> added) {
        int lastKept = -1;
        for (int i = 0; i < all.size(); i++) {
            if (!cut.contains(all.get(i))) {
                lastKept = i;
            }
        }
        for (int i = 0; i < lastKept; i++) {
            if (cut.contains(all.get(i))) {
                replace(all.get(i).from(), all.get(i + 1).from(), "");
            }
        }
        String more = String.join(",", added);
        if (lastKept < 0) {
            boolean none = all.isEmpty();
            replace(
                    none ? brace + 1 : all.getFirst().from(),
                    none ? brace + 1 : all.getLast().to(),
                    more);
        } else if (lastKept < all.size() - 1 || !more.isEmpty()) {
            replace(all.get(lastKept).to(), all.getLast().to(), more.isEmpty() ? "" : "," + more);
        }
    }

    /// Cuts elements out of an array.
    ///
    /// @param bounds as [JsonMember#elements] has them
    /// @param kept the places of those that stay
    public void elements(List<Integer> bounds, Set<Integer> kept) {
        var members = new ArrayList<JsonMember>();
        for (int i = 0; i < bounds.size(); i += 2) {
            members.add(new JsonMember("", bounds.get(i), bounds.get(i), bounds.get(i + 1)));
        }
        var cut = new HashSet<JsonMember>();
        for (int i = 0; i < members.size(); i++) {
            if (!kept.contains(i)) {
                cut.add(members.get(i));
            }
        }
        fields(-1, members, cut, List.of());
    }

    /// The JSON with the changes; the same array where there are none.
    public byte[] applied() {
        if (edits.isEmpty()) {
            return json;
        }
        edits.sort(Comparator.comparingInt(Edit::from));
        int length = json.length;
        for (Edit edit : edits) {
            length += edit.by().length - (edit.to() - edit.from());
        }
        byte[] changed = new byte[length];
        int read = 0;
        int written = 0;
        for (Edit edit : edits) {
            System.arraycopy(json, read, changed, written, edit.from() - read);
            written += edit.from() - read;
            System.arraycopy(edit.by(), 0, changed, written, edit.by().length);
            written += edit.by().length;
            read = edit.to();
        }
        System.arraycopy(json, read, changed, written, json.length - read);
        return changed;
    }
}
