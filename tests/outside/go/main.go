// A second opinion: checks what this project writes with golang.org/x/mod, which knows nothing of it.
//
// Reads one question a line, its words divided by tabs, and answers each with a line that begins
// "ok" or "refused":
//
//	note        FILE VKEY
//	log         FOLDER VKEY
//	proof       FILE ENTRY VKEY
//	consistency OLD NEW HASHES VKEY
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8
const width = 1 << height

func main() {
	questions := bufio.NewScanner(os.Stdin)
	questions.Buffer(nil, 1<<20)
	for questions.Scan() {
		said, err := answer(strings.Split(questions.Text(), "\t"))
		if err != nil {
			fmt.Printf("refused %s\n", strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Printf("ok %s\n", said)
		}
	}
}

func answer(words []string) (string, error) {
	count := map[string]int{"note": 3, "log": 3, "proof": 4, "consistency": 5}[words[0]]
	if count == 0 || len(words) != count {
		return "", errors.New("the question was not understood")
	}
	switch words[0] {
	case "note":
		_, err := opened(words[1], words[2])
		return "", err
	case "log":
		return wholeLog(words[1], words[2])
	case "proof":
		return "", inclusion(words[1], words[2], words[3])
	default:
		return "", consistency(words[1], words[2], words[3], words[4])
	}
}

// --- notes and heads

func opened(file, vkey string) (string, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	return openedBytes(raw, vkey)
}

func openedBytes(raw []byte, vkey string) (string, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return "", err
	}
	found, err := note.Open(raw, note.VerifierList(verifier))
	if err != nil {
		return "", err
	}
	return found.Text, nil
}

func head(raw []byte, vkey string) (size int64, root tlog.Hash, err error) {
	text, err := openedBytes(raw, vkey)
	if err != nil {
		return 0, root, err
	}
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[0] != strings.SplitN(vkey, "+", 2)[0] {
		return 0, root, errors.New("not a checkpoint of this log")
	}
	if size, err = number(lines[1]); err != nil {
		return 0, root, err
	}
	root, err = hash(lines[2])
	return size, root, err
}

func headOf(file, vkey string) (int64, tlog.Hash, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return 0, tlog.Hash{}, err
	}
	return head(raw, vkey)
}

func number(text string) (int64, error) {
	found, err := strconv.ParseInt(text, 10, 64)
	if err == nil && (found < 0 || strconv.FormatInt(found, 10) != text) {
		err = errors.New("not a number as it is written here")
	}
	return found, err
}

func hash(text string) (found tlog.Hash, err error) {
	raw, err := base64.StdEncoding.Strict().DecodeString(text)
	if err == nil && len(raw) != tlog.HashSize {
		err = errors.New("not a hash")
	}
	copy(found[:], raw)
	return found, err
}

func hashes(lines []string) (found []tlog.Hash, err error) {
	for _, line := range lines {
		one, err := hash(line)
		if err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, nil
}

// --- proofs

func inclusion(file, entry, vkey string) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	record, err := os.ReadFile(entry)
	if err != nil {
		return err
	}
	split := bytes.Index(raw, []byte("\n\n"))
	if split < 0 {
		return errors.New("not a proof")
	}
	lines := strings.Split(string(raw[:split]), "\n")
	if len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
		return errors.New("not a proof")
	}
	index, err := number(strings.TrimPrefix(lines[1], "index "))
	if err != nil {
		return err
	}
	path, err := hashes(lines[2:])
	if err != nil {
		return err
	}
	size, root, err := head(raw[split+2:], vkey)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(path, size, root, index, tlog.RecordHash(record))
}

func consistency(older, newer, between, vkey string) error {
	oldSize, oldRoot, err := headOf(older, vkey)
	if err != nil {
		return err
	}
	newSize, newRoot, err := headOf(newer, vkey)
	if err != nil {
		return err
	}
	raw, err := os.ReadFile(between)
	if err != nil {
		return err
	}
	lines := strings.Split(string(raw), "\n")
	if lines[len(lines)-1] != "" {
		return errors.New("the last line does not end")
	}
	path, err := hashes(lines[:len(lines)-1])
	if err != nil {
		return err
	}
	return tlog.CheckTree(path, newSize, newRoot, oldSize, oldRoot)
}

// --- a whole log

// stored are the hashes of a tree as x/mod numbers them, made from the entries alone.
type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(s)) {
			return nil, errors.New("beyond the end of the log")
		}
		found[i] = s[index]
	}
	return found, nil
}

func wholeLog(folder, vkey string) (string, error) {
	size, root, err := headOf(filepath.Join(folder, "checkpoint"), vkey)
	if err != nil {
		return "", err
	}
	tree, err := fromEntries(folder, size)
	if err != nil {
		return "", err
	}
	found, err := tlog.TreeHash(size, tree)
	if err != nil {
		return "", err
	}
	if found != root {
		return "", errors.New("the entries do not make the signed root")
	}
	needed, err := neededTiles(folder, size, tree)
	if err != nil {
		return "", err
	}
	all, err := everyTile(folder, tree)
	return fmt.Sprintf("%d entries, %d tiles, %d with those of older heads", size, needed, all), err
}

func fromEntries(folder string, size int64) (stored, error) {
	tree := make(stored, 0, tlog.StoredHashCount(size))
	for n := int64(0); n*width < size; n++ {
		count := size - n*width
		if count > width {
			count = width
		}
		entries, err := bundle(folder, n, int(count))
		if err != nil {
			return nil, err
		}
		for i, entry := range entries {
			more, err := tlog.StoredHashesForRecordHash(n*width+int64(i), tlog.RecordHash(entry), tree)
			if err != nil {
				return nil, err
			}
			tree = append(tree, more...)
		}
	}
	return tree, nil
}

func bundle(folder string, n int64, count int) ([][]byte, error) {
	path := tilePath(tlog.Tile{H: height, L: 0, N: n, W: count})
	path = strings.Replace(path, "tile/0/", "tile/entries/", 1)
	raw, err := os.ReadFile(filepath.Join(folder, path))
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(raw) > 0 {
		if len(raw) < 2 || len(raw) < 2+int(binary.BigEndian.Uint16(raw)) {
			return nil, fmt.Errorf("%s ends within an entry", path)
		}
		end := 2 + int(binary.BigEndian.Uint16(raw))
		entries, raw = append(entries, raw[2:end]), raw[end:]
	}
	if len(entries) != count {
		return nil, fmt.Errorf("%s holds %d entries, not %d", path, len(entries), count)
	}
	return entries, nil
}

// tilePath is x/mod's without the height, which is always 8 here.
func tilePath(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
}

// neededTiles reads each tile that a reader of this head asks for.
func neededTiles(folder string, size int64, tree stored) (int, error) {
	count := 0
	for level := 0; size>>(height*level) > 0; level++ {
		hashes := size >> (height * level)
		for n := int64(0); n*width < hashes; n++ {
			w := hashes - n*width
			if w > width {
				w = width
			}
			if err := sameTile(folder, tlog.Tile{H: height, L: level, N: n, W: int(w)}, tree); err != nil {
				return count, err
			}
			count++
		}
	}
	return count, nil
}

// everyTile reads each file there is below tile/, but for the entries.
func everyTile(folder string, tree stored) (int, error) {
	count := 0
	top := filepath.Join(folder, "tile")
	err := filepath.WalkDir(top, func(path string, item fs.DirEntry, err error) error {
		if err != nil || item.IsDir() {
			return err
		}
		name, err := filepath.Rel(top, path)
		if err != nil || strings.HasPrefix(name, "entries/") {
			return err
		}
		tile, err := tlog.ParseTilePath("tile/8/" + name)
		if err != nil {
			return err
		}
		count++
		return sameTile(folder, tile, tree)
	})
	return count, err
}

func sameTile(folder string, tile tlog.Tile, tree stored) error {
	expected, err := tlog.ReadTileData(tile, tree)
	if err != nil {
		return err
	}
	found, err := os.ReadFile(filepath.Join(folder, tilePath(tile)))
	if err == nil && !bytes.Equal(found, expected) {
		err = fmt.Errorf("%s is not the tile of these entries", tilePath(tile))
	}
	return err
}
