package dev.switchgear.server.api.llm.responses.kept;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.switchgear.core.share.Shares;
import dev.switchgear.core.time.Time;
import dev.switchgear.server.api.llm.responses.kept.KeptResponses.Bounds;
import dev.switchgear.server.seal.AesGcm;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Keeps documents in memory, sealed, under a key that is made at the start and stands nowhere else, each
/// with a nonce of its own and bound to its client and name. Bounded by count, bytes and age. Where there
/// is too much, the client that has the most of it gives way, with what it used least recently: who has
/// less than an equal share loses nothing to others.
///
/// Items are only looked for once a client asks for one: most never do.
final class MemoryArchive implements Archive {
    /// What it takes to find one document or item, about.
    static final int OVERHEAD = 400;

    private final ReentrantLock lock = new ReentrantLock();
    private final AesGcm cipher = AesGcm.ofNewKey();
    private final AtomicLong nonces = new AtomicLong();
    private final Function<byte[], List<String>> namesOf;
    private final Time time;

    // Guarded by the lock.
    private final LinkedHashMap<Name, Document> documents = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<String, LinkedHashMap<Name, Document>> documentsOf = new HashMap<>();
    private final Shares bytesOf = new Shares();
    private final Shares countOf = new Shares();
    private final Map<Name, String> items = new HashMap<>();
    private final Map<String, Map<String, Document>> unread = new HashMap<>();
    private Bounds bounds;
    private long bytes;
    private boolean watched;

    // Written under the lock.
    private volatile boolean on;
    private volatile long most;

    private record Name(String client, String id) {
        /// To whom it counts: what lies on the connections of a client, to that one client.
        String owner() {
            return ConnectionArchive.owner(client);
        }
    }

    private static final class Document {
        final byte[] sealed;
        long untilNanos;
        List<String> items = List.of();

        Document(byte[] sealed) {
            this.sealed = sealed;
        }
    }

    /// @param namesOf the names of the items that lie in a document
    MemoryArchive(Bounds bounds, Function<byte[], List<String>> namesOf, Time time) {
        this.bounds = bounds;
        this.on = bounds.keep().isPositive();
        this.most = bounds.bytes();
        this.namesOf = namesOf;
        this.time = time;
    }

    /// Keeps by other bounds from now on.
    void bound(Bounds other) {
        lock.lock();
        try {
            bounds = other;
            on = other.keep().isPositive();
            most = other.bytes();
            for (Document document : documents.values()) {
                long until = time.nanos() + other.keep().toNanos();
                if (document.untilNanos - until > 0) {
                    document.untilNanos = until;
                }
            }
            makeRoom();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean keeps() {
        return on;
    }

    /// What all documents take.
    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /// How many documents there are.
    int count() {
        lock.lock();
        try {
            return documents.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void put(String client, String id, byte[] content) {
        var name = new Name(client, id);
        if (content.length + OVERHEAD > most || !on) {
            remove(client, id);
            return;
        }
        var document = new Document(seal(name, content));
        lock.lock();
        try {
            forget(name);
            document.untilNanos = time.nanos() + bounds.keep().toNanos();
            documents.put(name, document);
            documentsOf
                    .computeIfAbsent(name.owner(), _ -> new LinkedHashMap<>(16, 0.75f, true))
                    .put(name, document);
            countOf.add(name.owner(), 1);
            grow(name, document.sealed.length + OVERHEAD);
            unread.computeIfAbsent(client, _ -> new LinkedHashMap<>()).put(id, document);
            makeRoom();
            watch();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<byte[]> get(String client, String id) {
        var name = new Name(client, id);
        Document document;
        lock.lock();
        try {
            document = used(name);
        } finally {
            lock.unlock();
        }
        return document == null ? Optional.empty() : Optional.of(open(name, document.sealed));
    }

    @Override
    public Optional<Holding> holding(String client, String item) {
        String holder = holder(client, item);
        if (holder.isEmpty()) {
            readUnread(client);
            holder = holder(client, item);
        }
        String id = holder;
        return id.isEmpty()
                ? Optional.empty()
                : get(client, id).map(content -> new Holding(id, content));
    }

    @Override
    public boolean remove(String client, String id) {
        lock.lock();
        try {
            boolean there = used(new Name(client, id)) != null;
            forget(new Name(client, id));
            return there;
        } finally {
            lock.unlock();
        }
    }

    private String holder(String client, String item) {
        lock.lock();
        try {
            return items.getOrDefault(new Name(client, item), "");
        } finally {
            lock.unlock();
        }
    }

    /// Learns which items lie in what this client left since it last asked for one. That is no use of
    /// a document: were they looked up by name, the oldest would be kept and the newest let go of.
    ///
    /// A document counts as unread until its items are known. Who asks while another request of the client
    /// reads, reads what that one has not come to yet: else an item would not be there for a moment.
    private void readUnread(String client) {
        Map<String, Document> news;
        lock.lock();
        try {
            news = new LinkedHashMap<>(unread.getOrDefault(client, Map.of()));
        } finally {
            lock.unlock();
        }
        news.forEach((id, document) -> {
            var name = new Name(client, id);
            if (!isUnread(name, document)) {
                return;
            }
            List<String> names = namesOf.apply(open(name, document.sealed));
            lock.lock();
            try {
                if (read(name, document)) {
                    document.items = List.copyOf(names);
                    grow(name, (long) names.size() * OVERHEAD);
                    names.forEach(item -> items.putIfAbsent(new Name(client, item), id));
                    makeRoom();
                }
            } finally {
                lock.unlock();
            }
        });
    }

    private boolean isUnread(Name name, Document document) {
        lock.lock();
        try {
            return unread.getOrDefault(name.client(), Map.of()).get(name.id()) == document;
        } finally {
            lock.unlock();
        }
    }

    /// Under the lock: the document is unread no more.
    ///
    /// @return whether it was
    private boolean read(Name name, Document document) {
        Map<String, Document> left = unread.get(name.client());
        if (left == null || !left.remove(name.id(), document)) {
            return false;
        }
        if (left.isEmpty()) {
            unread.remove(name.client());
        }
        return true;
    }

    /// Under the lock: the document, which is used by that.
    private @Nullable Document used(Name name) {
        Document document = documents.get(name);
        if (document == null) {
            return null;
        }
        long now = time.nanos();
        if (document.untilNanos - now <= 0) {
            forget(name);
            return null;
        }
        document.untilNanos = now + bounds.keep().toNanos();
        ofOwner(name).get(name);
        return document;
    }

    private void forget(Name name) {
        Document document = documents.remove(name);
        if (document != null) {
            forgotten(name, document);
        }
    }

    private void forgotten(Name name, Document document) {
        grow(name, -(document.sealed.length + OVERHEAD + (long) document.items.size() * OVERHEAD));
        countOf.add(name.owner(), -1);
        Map<Name, Document> own = ofOwner(name);
        own.remove(name);
        if (own.isEmpty()) {
            documentsOf.remove(name.owner());
        }
        for (String item : document.items) {
            items.remove(new Name(name.client(), item), name.id());
        }
        read(name, document);
    }

    /// Under the lock: what its owner has, of which it is one.
    private SequencedMap<Name, Document> ofOwner(Name name) {
        return Objects.requireNonNull(documentsOf.get(name.owner()), "a document of nobody");
    }

    private void grow(Name name, long by) {
        bytes += by;
        bytesOf.add(name.owner(), by);
    }

    /// Under the lock: lets go of what is too old, and of what is too much.
    private void makeRoom() {
        long now = time.nanos();
        Iterator<Map.Entry<Name, Document>> eldest = documents.entrySet().iterator();
        while (eldest.hasNext()) {
            Map.Entry<Name, Document> entry = eldest.next();
            if (entry.getValue().untilNanos - now > 0) {
                break;
            }
            eldest.remove();
            forgotten(entry.getKey(), entry.getValue());
        }
        while (bytes > bounds.bytes()) {
            giveWay(bytesOf);
        }
        while (documents.size() > bounds.count()) {
            giveWay(countOf);
        }
    }

    /// Under the lock: whoever has the most lets go of what it used least recently.
    private void giveWay(Shares shares) {
        String most = shares.most().orElseThrow();
        Map<Name, Document> own =
                Objects.requireNonNull(documentsOf.get(most), "a share of nothing");
        forget(own.entrySet().iterator().next().getKey());
    }

    /// Under the lock: what nobody uses goes even while nobody asks for anything.
    private void watch() {
        if (!watched && !documents.isEmpty()) {
            watched = true;
            Duration wait = bounds.keep().dividedBy(8).plusSeconds(1);
            time.after(wait, this::look);
        }
    }

    private void look() {
        lock.lock();
        try {
            watched = false;
            makeRoom();
            watch();
        } finally {
            lock.unlock();
        }
    }

    /// @return nonce, then what was sealed and its tag
    private byte[] seal(Name name, byte[] content) {
        byte[] nonce =
                ByteBuffer.allocate(AesGcm.NONCE).putLong(4, nonces.incrementAndGet()).array();
        byte[] hidden = cipher.seal(nonce, bound(name), content);
        byte[] sealed = Arrays.copyOf(nonce, AesGcm.NONCE + hidden.length);
        System.arraycopy(hidden, 0, sealed, AesGcm.NONCE, hidden.length);
        return sealed;
    }

    private byte[] open(Name name, byte[] sealed) {
        byte[] nonce = Arrays.copyOf(sealed, AesGcm.NONCE);
        return cipher.open(nonce, bound(name), sealed, AesGcm.NONCE)
                .orElseThrow(() -> new IllegalStateException("a kept document cannot be opened"));
    }

    private static byte[] bound(Name name) {
        return (name.client().length() + ":" + name.client() + name.id()).getBytes(UTF_8);
    }

    /// Everything that is kept of documents, for a test that looks for clear text in it.
    List<byte[]> sealed() {
        lock.lock();
        try {
            var all = new ArrayList<byte[]>();
            documents.values().forEach(document -> all.add(document.sealed));
            return all;
        } finally {
            lock.unlock();
        }
    }
}
