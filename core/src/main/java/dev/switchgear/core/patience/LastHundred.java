package dev.switchgear.core.patience;

/// The lengths of the last hundred answers, and which of them 99 % keep to. Not thread-safe; adding one
/// allocates nothing but the first time, for of most kinds of answers there never is one.
///
/// Of a hundred the nearest-rank 99th percentile is the second longest, of fewer the longest: so two
/// numbers have to be known and nothing is sorted. They are looked for anew only when one of them is
/// forgotten, once in fifty answers.
final class LastHundred {
    static final int SIZE = 100;

    private int[] millis = {};
    private int next;
    private int size;
    private int longest = -1;
    private int second = -1;

    void add(int lengthMillis) {
        int forgotten = -1;
        if (size == 0) {
            millis = new int[SIZE];
        }
        if (size == SIZE) {
            forgotten = millis[next];
        } else {
            size++;
        }
        millis[next] = lengthMillis;
        next = next + 1 == SIZE ? 0 : next + 1;
        if (forgotten >= second && forgotten >= 0) {
            search();
        } else {
            take(lengthMillis);
        }
    }

    private void search() {
        longest = -1;
        second = -1;
        for (int i = 0; i < size; i++) {
            take(millis[i]);
        }
    }

    private void take(int length) {
        if (length > longest) {
            second = longest;
            longest = length;
        } else if (length > second) {
            second = length;
        }
    }

    int size() {
        return size;
    }

    /// 99 of 100 are at most this long; 0 while there are none.
    int p99Millis() {
        return Math.max(0, size == SIZE ? second : longest);
    }
}
