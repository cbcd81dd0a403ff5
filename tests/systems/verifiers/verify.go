// Verifies a published folder with Go's own code for transparent logs: verify FOLDER VKEY OLD INDEX…
// OLD is a file with an older checkpoint, or "-"; each INDEX is proved and its entry read from its bundle.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type folder string

func (f folder) Height() int { return 8 }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(filepath.Join(string(f), strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func head(path string, verifier note.Verifier) tlog.Tree {
	raw, err := os.ReadFile(path)
	check(err)
	opened, err := note.Open(raw, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != verifier.Name() {
		check(fmt.Errorf("the origin is another's"))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := base64.StdEncoding.DecodeString(lines[2])
	check(err)
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree
}

func entry(f folder, size, index int64) []byte {
	tile := tlog.Tile{H: 8, L: 0, N: index / 256, W: 256}
	if size-tile.N*256 < 256 {
		tile.W = int(size - tile.N*256)
	}
	data, err := os.ReadFile(filepath.Join(string(f), strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)))
	check(err)
	for skip := index % 256; ; skip-- {
		end := 2 + int(binary.BigEndian.Uint16(data))
		if skip == 0 {
			return data[2:end]
		}
		data = data[end:]
	}
}

func main() {
	f := folder(os.Args[1])
	verifier, err := note.NewVerifier(os.Args[2])
	check(err)
	tree := head(filepath.Join(string(f), "checkpoint"), verifier)
	reader := tlog.TileHashReader(tree, f)
	if tree.N > 0 {
		root, err := tlog.TreeHash(tree.N, reader)
		check(err)
		if root != tree.Hash {
			check(fmt.Errorf("the tiles do not lead to the signed root"))
		}
	}
	if os.Args[3] != "-" {
		old := head(os.Args[3], verifier)
		proof, err := tlog.ProveTree(tree.N, old.N, reader)
		check(err)
		check(tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash))
	}
	for _, word := range os.Args[4:] {
		index, err := strconv.ParseInt(word, 10, 64)
		check(err)
		proof, err := tlog.ProveRecord(tree.N, index, reader)
		check(err)
		check(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry(f, tree.N, index))))
	}
	fmt.Println("ok", tree.N)
}
