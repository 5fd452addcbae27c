package dev.backstay.snapshot;

import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;

/** One folder of a commit. */
record GitTree(SortedMap<String, Entry> entries) {
  /** A file or a folder in it. */
  record Entry(boolean folder, ObjectId id) {}

  static final GitTree EMPTY = new GitTree(new TreeMap<>());

  GitTree {
    entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
  }

  static GitTree parse(byte[] raw) throws CorruptObjectException {
    SortedMap<String, Entry> entries = new TreeMap<>();
    CanonicalTreeParser parser = new CanonicalTreeParser();
    for (parser.reset(raw); !parser.eof(); parser.next()) {
      boolean folder = parser.getEntryFileMode().equals(FileMode.TREE);
      entries.put(parser.getEntryPathString(), new Entry(folder, parser.getEntryObjectId()));
    }
    return new GitTree(entries);
  }

  Optional<ObjectId> file(String name) {
    return find(name, false);
  }

  Optional<ObjectId> folder(String name) {
    return find(name, true);
  }

  private Optional<ObjectId> find(String name, boolean folder) {
    return Optional.ofNullable(entries.get(name)).filter(e -> e.folder() == folder).map(Entry::id);
  }

  GitTree withFile(String name, ObjectId id) {
    return with(name, new Entry(false, id));
  }

  GitTree withFolder(String name, ObjectId id) {
    return with(name, new Entry(true, id));
  }

  GitTree without(String name) {
    SortedMap<String, Entry> fewer = new TreeMap<>(entries);
    fewer.remove(name);
    return new GitTree(fewer);
  }

  private GitTree with(String name, Entry entry) {
    SortedMap<String, Entry> more = new TreeMap<>(entries);
    more.put(name, entry);
    return new GitTree(more);
  }

  TreeFormatter format() {
    TreeFormatter tree = new TreeFormatter();
    entries.entrySet().stream()
        .sorted(Comparator.comparing(GitTree::inGitsOrder))
        .forEach(e ->
            tree.append(
                e.getKey(),
                e.getValue().folder() ? FileMode.TREE : FileMode.REGULAR_FILE,
                e.getValue().id()));
    return tree;
  }

  /** Git sorts a folder as if its name ended with a slash: {@code gw-1} before {@code gw}. */
  private static String inGitsOrder(Map.Entry<String, Entry> entry) {
    return entry.getValue().folder() ? entry.getKey() + "/" : entry.getKey();
  }
}
